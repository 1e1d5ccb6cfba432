package main

type gradientCommand struct{}

func (c *gradientCommand) Run(s *session) error { return nil }
