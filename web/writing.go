package web

import "strconv"

// named is how the text of an article names picture i of its form, from 0.
func named(v ComposeView, i int) string {
	n := i + 1
	if i < len(v.Pictures) && v.Pictures[i].Number > 0 {
		n = v.Pictures[i].Number
	}
	return "![](" + strconv.Itoa(n) + ")"
}

// indent is the class of a line of a table of contents.
func indent(level int) string { return "at-" + strconv.Itoa(level) }

// rights are a statement of rights in words.
func (f Frame) rights(r *Rights) string {
	if r == nil || r.Reserved {
		return f.T("writing.reserved")
	}
	return r.Words
}

// licence is a licence with what it allows.
func (f Frame) licence(value, name string) string {
	switch value {
	case "cc0":
		return f.T("writing.cc0", "name", name)
	case "by":
		return f.T("writing.cc_by", "name", name)
	case "by-sa":
		return f.T("writing.cc_by_sa", "name", name)
	case "by-nd":
		return f.T("writing.cc_by_nd", "name", name)
	case "by-nc":
		return f.T("writing.cc_by_nc", "name", name)
	case "by-nc-sa":
		return f.T("writing.cc_by_nc_sa", "name", name)
	}
	return f.T("writing.cc_by_nc_nd", "name", name)
}
