package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A rival is RSA-2048 alone: what no server that signs and verifies can be faster than.
type rival struct {
	key *rsa.PrivateKey
	sum [sha256.Size]byte
	sig []byte
}

func newRival() (*rival, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	r := &rival{key: key, sum: sha256.Sum256([]byte("a signature base"))}
	r.sig, err = rsa.SignPKCS1v15(nil, key, crypto.SHA256, r.sum[:])
	return r, err
}

// signatures is how many signatures all cores make in a second.
func (r *rival) signatures(for_ time.Duration) float64 {
	var made atomic.Int64
	var cores sync.WaitGroup
	began := time.Now()
	for range runtime.NumCPU() {
		cores.Go(func() {
			for time.Since(began) < for_ {
				if _, err := rsa.SignPKCS1v15(nil, r.key, crypto.SHA256, r.sum[:]); err == nil {
					made.Add(1)
				}
			}
		})
	}
	cores.Wait()
	return float64(made.Load()) / time.Since(began).Seconds()
}

// verification is the processor time of one, which the rest of the machine
// moves less than any rate.
func (r *rival) verification() time.Duration {
	return cost(5000, func() error { return rsa.VerifyPKCS1v15(&r.key.PublicKey, crypto.SHA256, r.sum[:], r.sig) })
}

// signature is the processor time of one.
func (r *rival) signature() time.Duration {
	return cost(300, func() error {
		_, err := rsa.SignPKCS1v15(nil, r.key, crypto.SHA256, r.sum[:])
		return err
	})
}

// cost is the processor time of one of n calls, 0 if one fails.
func cost(n int, call func() error) time.Duration {
	before := ownCPU()
	for range n {
		if call() != nil {
			return 0
		}
	}
	return (ownCPU() - before) / time.Duration(n)
}

// ownCPU is the processor time of this process (getrusage(2)).
func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
