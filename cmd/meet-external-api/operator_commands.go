package main

type operatorCommand struct {
	Create      operatorCreateCommand      `cmd:"" help:"Create an operator, for running on its own."`
	CreateToken operatorTokenCreateCommand `cmd:"" help:"Make a token for the operators' API."`
	ListTokens  operatorTokenListCommand   `cmd:"" help:"List the tokens of the operators' API."`
	RevokeToken operatorTokenRevokeCommand `cmd:"" help:"End a token of the operators' API."`
}
