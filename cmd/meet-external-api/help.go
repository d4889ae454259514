package main

type helpCommand struct {
	Command []string `arg:"" optional:"" help:"The command; without it, all of them."`
}

func (helpCommand) Help() string {
	return "Example:\n  meet-external-api help application create"
}

// Run prints what --help prints after the command.
func (c helpCommand) Run(e environment) error {
	return run(e.ctx, append(c.Command, "--help"), e.env, e.stdout, e.stderr)
}
