package atomicfile

import "os"

// Windows cannot sync a directory; that it is there can at least be checked.
func syncDir(dir string) error {
	_, err := os.Stat(dir)
	return err
}
