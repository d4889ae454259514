package audit

// Operations are the actions of the operations of the specifications, by their operationId.
var Operations = map[string]Action{
	"generateToken":   TokenIssue,
	"introspectToken": TokenIntrospect,
	"revokeToken":     TokenRevoke,
	"readMetadata":    MetadataRead,
	"readKeys":        MetadataRead,
	"listRooms":       RoomList,
	"createRoom":      RoomCreate,
	"retrieveRoom":    RoomRetrieve,
	"updateRoom":      RoomUpdate,
	"deleteRoom":      RoomDelete,
	"grantAccess":     AccessGrant,
	"listAccesses":    AccessList,
	"removeAccess":    AccessRemove,

	"createSpace":         RoomCreate,
	"getSpace":            RoomRetrieve,
	"updateSpace":         RoomUpdate,
	"endActiveConference": RoomEndConference,

	"listApplications":        ApplicationList,
	"createApplication":       ApplicationCreate,
	"retrieveApplication":     ApplicationRetrieve,
	"updateApplication":       ApplicationUpdate,
	"deleteApplication":       ApplicationDelete,
	"readDeletion":            ApplicationRetrieve,
	"rotateSecret":            ApplicationRotateSecret,
	"endSecret":               ApplicationEndSecret,
	"revokeApplicationTokens": ApplicationRevokeTokens,
	"checkAddress":            ApplicationRetrieve,
	"listCreatedRooms":        ApplicationRetrieve,
	"countTokens":             ApplicationRetrieve,
	"listUsers":               UserList,
	"revokeUserTokens":        UserRevokeTokens,
	"listAuditEvents":         AuditList,
}
