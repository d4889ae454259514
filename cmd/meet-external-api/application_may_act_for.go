package main

import (
	"fmt"

	"meet-external-api/audit"
	"meet-external-api/operator"
)

type applicationMayActForCommand struct {
	applicationID
	Address string `arg:"" help:"The e-mail address, or all of the scope that a token request names."`
}

func (applicationMayActForCommand) Help() string {
	return "Answers by the rules of the token endpoint, as if the secret were right and no limit reached; nothing is changed. Where the " +
		"application may not, it names the code of the refusal, which docs/refusals.md explains.\n\n" +
		"Examples:\n" +
		"  meet-external-api application may-act-for CLIENT_ID user@example.com\n" +
		"  meet-external-api application may-act-for CLIENT_ID 'user@example.com rooms:create' --json"
}

// Run prints the verdict.
func (c applicationMayActForCommand) Run(e environment) error {
	return withOperator(e, audit.ApplicationRetrieve, c.ID, func(o *operator.Service, _ audit.Source) error {
		verdict, err := o.MayActFor(e.ctx, c.ID, c.Address)
		switch {
		case err != nil:
			return err
		case c.JSON:
			return printJSON(e, verdict)
		case !verdict.Allowed:
			_, err = fmt.Fprintf(e.stdout, "no: %s (%s)\n", verdict.Text, verdict.Code)
		default:
			_, err = fmt.Fprintf(e.stdout, "yes: %s\n", verdict.Text)
		}
		return err
	})
}
