package train

import (
	"strings"
	"testing"
)

// TestRelaxedText says what levels cost only where the optimum without levels is the lower one.
func TestRelaxedText(t *testing.T) {
	if text := relaxedText(8.87e-5, 1.6e-6/8.87e-5-1); strings.Contains(text, "% above") || !strings.Contains(text, "not known") {
		t.Errorf("levels do better than the optimum without them: %s", text)
	}
	if text := relaxedText(2, 0.25); !strings.Contains(text, "25 % above") || strings.Contains(text, "at most") {
		t.Errorf("levels cost a quarter: %s", text)
	}
	if text := relaxedText(2, -1e-12); !strings.Contains(text, "0 % above") {
		t.Errorf("both are the same but for rounding: %s", text)
	}
}
