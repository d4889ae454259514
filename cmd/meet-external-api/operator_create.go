package main

import (
	"meet-external-api/audit"
	"meet-external-api/operator"
)

type operatorCreateCommand struct {
	Email string `required:"" placeholder:"ADDRESS" help:"The e-mail address that the operator signs in with."`
	JSON  bool   `name:"json" help:"Print JSON."`
}

func (operatorCreateCommand) Help() string {
	return "For running on its own; beside La Suite Meet, `manage.py createsuperuser` makes them. Makes a user who is staff and a " +
		"superuser, with a password that is shown once.\n\nExample:\n  meet-external-api operator create --email admin@example.com"
}

// Run creates the operator and prints the password.
func (c operatorCreateCommand) Run(e environment) error {
	return withOperator(e, audit.OperatorCreate, "", func(o *operator.Service, by audit.Source) error {
		password, err := o.CreateOperator(e.ctx, by, c.Email)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(e, map[string]string{"email": c.Email, "password": password})
		}
		return printTable(e, [][]string{{"email", c.Email}, {"password", password}})
	})
}
