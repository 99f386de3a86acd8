// Package archtest holds the rules of the house as one test that reads its source.
//
// The plan of the house stands in plan_test.go: which packages there are, in
// which order, who may import whom, which library belongs where and who owns
// each table. rules_test.go lists every rule with its reason. Each rule has a
// sample in testdata that breaks it, so that no rule can fall silent.
package archtest
