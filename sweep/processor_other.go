//go:build !unix

package sweep

import "time"

// processor says that the system does not tell what time of processors this process has taken.
func processor() (taken time.Duration, known bool) { return 0, false }
