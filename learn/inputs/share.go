package inputs

import (
	"sync"
	"sync/atomic"
)

// share does parts 0 to n-1 on so many goroutines, and returns the error of the first part that has one.
func share(many, n int, do func(worker, part int) error) error {
	if many <= 1 {
		for part := range n {
			if err := do(0, part); err != nil {
				return err
			}
		}
		return nil
	}
	failed := make([]error, n)
	var next atomic.Int32
	var wait sync.WaitGroup
	for worker := range many {
		wait.Go(func() {
			for part := int(next.Add(1)) - 1; part < n; part = int(next.Add(1)) - 1 {
				failed[part] = do(worker, part)
			}
		})
	}
	wait.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}
