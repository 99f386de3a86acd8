package certificate

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// look is how often files are looked at for a change.
const look = 10 * time.Second

// Files is a certificate that somebody else renews: it is read again when its
// files change, and stays as it was while they do not fit together.
func Files(cert, key string, log *slog.Logger) (*tls.Config, error) {
	f := &files{cert: cert, key: key, log: log}
	if err := f.read(); err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: f.get}, nil
}

type files struct {
	cert, key string
	log       *slog.Logger

	mu      sync.Mutex
	pair    *tls.Certificate
	changed [2]time.Time
	looked  time.Time
}

func (f *files) read() error {
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	f.pair, f.changed, f.looked = &pair, f.times(), time.Now()
	return nil
}

func (f *files) times() (t [2]time.Time) {
	for i, name := range []string{f.cert, f.key} {
		if info, err := os.Stat(name); err == nil {
			t[i] = info.ModTime()
		}
	}
	return t
}

func (f *files) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Since(f.looked) > look {
		f.looked = time.Now()
		if now := f.times(); now != f.changed {
			if err := f.read(); err != nil {
				f.log.Warn("the new certificate cannot be used; the old one stays", "error", err.Error())
			} else {
				f.log.Info("a new certificate is in use", "file", f.cert)
			}
		}
	}
	return f.pair, nil
}
