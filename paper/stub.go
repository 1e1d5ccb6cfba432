package paper

import "context"

func Figure4(context.Context) (*Report, error) { return new(Report), nil }
func Figure5(context.Context) (*Report, error) { return new(Report), nil }
