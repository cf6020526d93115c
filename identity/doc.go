// Package identity says who acts, for whom, and with which credential.
package identity
