package main

type gradientCommand struct{}

func (c *gradientCommand) Run(s *session) error { return nil }

type portsCommand struct{}

func (c *portsCommand) Run(s *session) error { return nil }

