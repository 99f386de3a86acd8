// Package backup keeps copies of a home in another folder: complete ones only, each made while the home serves.
//
// A folder of copies holds, beside a page that says what it is:
//
//	blobs/…          files by content hash, each once, for all copies together
//	copies/MOMENT/   one copy: allod.db, home.key, allod.toml, certificates, blobs.txt and backup.json
//
// A copy counts once its folder has its name, which is the last thing that
// happens; what was begun and not finished has another. backup.json has the sum of every part,
// blobs.txt the hash and size of every file, and backup.json its own sum. The
// database is a SQLite file whatever engine the home runs on, so a copied folder
// serves as a data folder: Settle takes the newest copy out of it.
package backup
