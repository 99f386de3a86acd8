package mastodon

// A ValidationError says what is wrong with what somebody typed, by field.
type ValidationError struct {
	Error   string                  `json:"error"`
	Details map[string][]FieldError `json:"details"`
}

// A FieldError is what is wrong with one field.
type FieldError struct {
	// Error is one of the Err words.
	Error       string `json:"error"`
	Description string `json:"description"`
}

// What may be wrong with a field of a new account.
const (
	ErrTaken    = "ERR_TAKEN"
	ErrReserved = "ERR_RESERVED"
	ErrAccepted = "ERR_ACCEPTED"
	ErrBlank    = "ERR_BLANK"
	ErrInvalid  = "ERR_INVALID"
	ErrTooLong  = "ERR_TOO_LONG"
	ErrTooShort = "ERR_TOO_SHORT"
)
