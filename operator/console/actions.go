package console

import "meet-external-api/audit"

// actions are those that the audit trail can be filtered by.
var actions = []audit.Action{
	audit.TokenIssue, audit.TokenIntrospect, audit.TokenRevoke,
	audit.RoomList, audit.RoomCreate, audit.RoomRetrieve, audit.RoomUpdate, audit.RoomDelete, audit.RoomEndConference,
	audit.AccessList, audit.AccessGrant, audit.AccessRemove,
	audit.ApplicationList, audit.ApplicationRetrieve, audit.ApplicationCreate, audit.ApplicationUpdate, audit.ApplicationDelete,
	audit.ApplicationRotateSecret, audit.ApplicationEndSecret, audit.ApplicationRevokeTokens,
	audit.UserList, audit.UserCreate, audit.UserRevokeTokens,
	audit.OperatorCreate, audit.OperatorSignIn, audit.OperatorSignOut, audit.OperatorTokenList, audit.OperatorTokenCreate,
	audit.OperatorTokenRevoke, audit.AuditList, audit.MetadataRead,
}

// actionTexts are the actions in words.
var actionTexts = map[audit.Action]string{
	audit.TokenIssue:              "Issue a token",
	audit.TokenIntrospect:         "Introspect a token",
	audit.TokenRevoke:             "Revoke a token",
	audit.RoomList:                "List rooms",
	audit.RoomCreate:              "Create a room",
	audit.RoomRetrieve:            "Read a room",
	audit.RoomUpdate:              "Change a room",
	audit.RoomDelete:              "Delete a room",
	audit.RoomEndConference:       "End the conference in a room",
	audit.AccessList:              "List the accesses of a room",
	audit.AccessGrant:             "Grant access to a room",
	audit.AccessRemove:            "Remove access to a room",
	audit.ApplicationList:         "List applications",
	audit.ApplicationRetrieve:     "Read an application",
	audit.ApplicationCreate:       "Register an application",
	audit.ApplicationUpdate:       "Change an application",
	audit.ApplicationDelete:       "Delete an application",
	audit.ApplicationRotateSecret: "Rotate a secret",
	audit.ApplicationEndSecret:    "End a secret",
	audit.ApplicationRevokeTokens: "Revoke the tokens of an application",
	audit.UserList:                "List users",
	audit.UserCreate:              "Create a user",
	audit.UserRevokeTokens:        "Revoke the tokens of a user",
	audit.OperatorCreate:          "Create an operator",
	audit.OperatorSignIn:          "Sign in",
	audit.OperatorSignOut:         "Sign out",
	audit.OperatorTokenCreate:     "Create a token of the operators’ API",
	audit.OperatorTokenRevoke:     "Revoke a token of the operators’ API",
	audit.AuditList:               "Read the audit trail",
	audit.OperatorTokenList:       "List the tokens of the operators’ API",
	audit.MetadataRead:            "Read the metadata",
}

// actionText is the action in words; one that is not known, such as that of a later release, as it is.
func actionText(action audit.Action) string {
	if text, known := actionTexts[action]; known {
		return text
	}
	return string(action)
}

// channels are those that the audit trail can be filtered by.
var channels = []audit.Channel{audit.ExternalAPI, audit.OperatorAPI, audit.Console, audit.CommandLine, audit.Housekeeping}

// channelTexts are the channels in words.
var channelTexts = map[audit.Channel]string{
	audit.ExternalAPI:  "External API",
	audit.OperatorAPI:  "Operators’ API",
	audit.Console:      "Console",
	audit.CommandLine:  "Command line",
	audit.Housekeeping: "Housekeeping",
}

// channelText is the channel in words.
func channelText(channel audit.Channel) string {
	if text, known := channelTexts[channel]; known {
		return text
	}
	return string(channel)
}

// targetTexts are the kinds of what an event is about, in words.
var targetTexts = map[string]string{
	"room":           "Room",
	"access":         "Access",
	"secret":         "Secret",
	"operator":       "Operator",
	"operator_token": "Token",
	"application":    "Application",
	"user":           "User",
}

// targetText is the kind in words.
func targetText(kind string) string {
	if text, known := targetTexts[kind]; known {
		return text
	}
	return kind
}
