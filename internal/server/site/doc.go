// Package site is the door of our own pages: their routes, what a form does, and who sees what.
//
// Package web draws; nothing in it decides. A handler here reads a request,
// asks the rooms, and puts what they say into the view structs of web. Every
// page works without script; the scripts of web/island send the same forms
// with the header X-Fragment and get the part of the page that changed.
//
// A GET changes nothing. What a visitor sees is kept rendered for a moment,
// and Forget drops it when its author changes something.
package site
