package file

import "allod/internal/fault"

// Rights are what somebody may do with a file or folder and all that is below
// it, as a sum of some of these. Their numbers are those of Nextcloud.
type Rights int64

// The rights.
const (
	Look   Rights = 1  // see what it holds
	Edit   Rights = 2  // change what is there, and what it is called
	Add    Rights = 4  // put new things into it
	Remove Rights = 8  // throw things in it away
	PassOn Rights = 16 // share it with others

	All = Look | Edit | Add | Remove | PassOn
)

// Can reports whether all of some rights are among these.
func (r Rights) Can(some Rights) bool { return r&some == some }

// of are those of rights that have a meaning for a node: nothing can be put into a file.
func (r Rights) of(n *Node) Rights {
	r &= All
	if !n.Folder {
		r &^= Add | Remove
	}
	return r
}

// demand refuses what rights do not reach to: Denied.
func (r Rights) demand(some Rights) error {
	if r.Can(some) {
		return nil
	}
	return fault.New(fault.Denied, "fault.share.rights")
}
