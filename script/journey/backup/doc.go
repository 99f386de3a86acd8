// Package backup makes copies of real homes while people write, on both engines, and has the
// copy serve in another folder by another name. Its test runs where
// ALLOD_BACKUP is set, by script/journey/backup/run.
package backup
