package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// A file that is opened without FILE_SHARE_WRITE cannot be opened for writing
// again until it is closed, or its process ends.
func openLocked(path string) (f *os.File, locked bool, err error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, false, err
	}
	const errorSharingViolation = syscall.Errno(32)
	handle, err := syscall.CreateFile(name,
		syscall.GENERIC_READ|syscall.GENERIC_WRITE,
		syscall.FILE_SHARE_READ|syscall.FILE_SHARE_DELETE,
		nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, errorSharingViolation) {
		return nil, false, errHeld
	}
	if err != nil {
		return nil, false, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(handle), path), true, nil
}

// Never needed: on Windows a file is always locked.
func processAlive(int) bool { return true }
