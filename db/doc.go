// Package db is how this program stores and finds: every SQL statement that requests, commands and migrations run, connection
// strings, and what PostgreSQL's errors mean. It shares Meet's tables and has the schema external_api to itself. One exported
// method of DB is one business action, with its transaction inside; no driver error leaves it unread.
//
// Open makes a DB, CheckSchema and Prepare see to it that the database is as the statements need it, Migrate before them makes what
// is missing. Bringing up a PostgreSQL is left to db/embedded, and what callers are told to package refusal.
package db
