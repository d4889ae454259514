package refusal

// Messages on the headers of the sandbox, Sandbox-Fault and Sandbox-Run (docs/sandbox.md), as formats of package fmt. They say what to
// change, and nobody but a sandbox sends them.
const (
	FaultSyntax     = "Enter a list of faults such as 503;on=createRoom;seconds=1, lost (RFC 9651): %v."
	FaultKind       = "Enter faults of these: %s."
	FaultParameter  = "A fault has no parameters but on and seconds."
	FaultOn         = "on is the operationId of an operation: %s."
	FaultSeconds    = "seconds is a whole number from 1 to %d, for 429, 503 and slow."
	FaultImpossible = "%s never answers %d."
	FieldNotRun     = "Enter 1 to 128 of the characters A-Z, a-z, 0-9, ., _ and -."
)
