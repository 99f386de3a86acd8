// Package web draws Allod's pages: components, styles, scripts and languages,
// and nothing that decides.
//
// A page is a templ component that takes a [Page] and a view: a struct of this
// package that holds ready strings, and times in the reader's zone. Every
// action on a page is a real form or link whose address the view gives; the
// scripts of web/island only make them smoother. Pages a visitor sees send no
// script.
//
// No component writes a style or a script into a page, so all of them stand
// under a content policy without 'unsafe-inline'. Every visible word comes from
// the catalogues in web/locale.
//
// The *.templ files, web/style and web/island are sources; what is made from
// them is committed and checked to be current by the tests.
package web

//go:generate go tool templ generate
//go:generate go run ./build
