// Package search finds posts and people by their words, in any language.
//
// Words are cut, folded and stemmed here, the same way for what is kept and
// for what is asked, so that both engines only compare them. What changed is
// noted in the transaction of the change and taken in soon after, many at a
// time. Whatever is found leaves through post.See alone.
package search
