package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"allod/internal/db"
	"allod/internal/fault"
)

// partSize is what of large content is in memory at once on its way to S3.
// Ten thousand parts are the most there may be.
const partSize = 16 << 20

// copyMax is the most that a server copies at once.
const copyMax = 5 << 30

// An S3 is a Store in a bucket: PREFIX/ab/cd/abcd…, as on a disk. Content
// whose hash is known only at its end goes to an unfinished object first, which the
// server then copies. Drafts lie on a Disk until they are finished.
type S3 struct {
	core           minio.Core
	bucket, prefix string
	drafts         *Disk

	naming [256]sync.RWMutex // by the first byte of the hash: shared by those who put, not by who looks whether it has had its time
}

// S3Options say where a bucket is.
type S3Options struct {
	Endpoint       string // host, and port if need be
	Bucket, Prefix string
	Region         string // "" where the server does not care
	Key, Secret    string
	Plain          bool // without encryption, as on loopback
}

// ParseS3 reads an address such as s3://KEY:SECRET@host:port/bucket/prefix?region=eu&tls=off.
// Its error does not quote it, since it holds a secret.
func ParseS3(address string) (o S3Options, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User == nil {
		return o, errors.New("is not like s3://KEY:SECRET@host/bucket")
	}
	o.Endpoint, o.Key = u.Host, u.User.Username()
	o.Secret, _ = u.User.Password()
	o.Bucket, o.Prefix, _ = strings.Cut(strings.Trim(u.Path, "/"), "/")
	if o.Bucket == "" || o.Key == "" || o.Secret == "" {
		return o, errors.New("names no bucket, or no key and secret")
	}
	for name, values := range u.Query() {
		switch {
		case name == "region":
			o.Region = values[0]
		case name == "tls" && (values[0] == "on" || values[0] == "off"):
			o.Plain = values[0] == "off"
		default:
			return o, fmt.Errorf("knows no %s=%s", name, values[0])
		}
	}
	return o, nil
}

// OpenS3 opens a bucket that must be there, and clears away what interrupted
// Puts left more than a day ago. Drafts lie in the folder.
func OpenS3(ctx context.Context, o S3Options, drafts string) (*S3, error) {
	client, err := minio.New(o.Endpoint, &minio.Options{
		Creds: credentials.NewStaticV4(o.Key, o.Secret, ""), Secure: !o.Plain, Region: o.Region, MaxRetries: 3,
	})
	if err != nil {
		return nil, fmt.Errorf("open blobs: %w", err)
	}
	s := &S3{core: minio.Core{Client: client}, bucket: o.Bucket, prefix: o.Prefix}
	there, err := client.BucketExists(ctx, o.Bucket)
	if err == nil && !there {
		err = fmt.Errorf("there is no bucket %s", o.Bucket)
	}
	if err == nil {
		err = s.sweep(ctx, time.Now().Add(-24*time.Hour))
	}
	if err != nil {
		return nil, fmt.Errorf("open blobs: %w", err)
	}
	if s.drafts, err = NewDisk(drafts); err != nil {
		return nil, err
	}
	return s, nil
}

// Close releases the folder of the drafts.
func (s *S3) Close() error { return s.drafts.Close() }

// sweep removes what Puts left unfinished before a moment.
func (s *S3) sweep(ctx context.Context, before time.Time) error {
	for o := range s.core.Client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.key(incoming) + "/", Recursive: true}) {
		if o.Err != nil {
			return o.Err
		}
		if o.LastModified.Before(before) {
			if err := s.core.Client.RemoveObject(ctx, s.bucket, o.Key, minio.RemoveObjectOptions{}); err != nil {
				return err
			}
		}
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	for u := range s.core.ListIncompleteUploads(ctx, s.bucket, s.key(""), true) {
		if minio.ToErrorResponse(u.Err).Code == minio.NoSuchUpload {
			return nil // some servers say so where there are none
		}
		if u.Err != nil {
			return u.Err
		}
		if u.Initiated.Before(before) {
			if err := s.core.AbortMultipartUpload(ctx, s.bucket, u.Key, u.UploadID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *S3) key(name string) string { return strings.TrimPrefix(path.Join(s.prefix, name), "/") }

func (s *S3) lock(hash string) *sync.RWMutex {
	b, _ := hex.DecodeString(hash[:2])
	return &s.naming[b[0]]
}

// Put implements Store.
func (s *S3) Put(ctx context.Context, r io.Reader) (Ref, error) {
	first := ladles.Get().(*ladle)
	defer ladles.Put(first)
	err := first.fill(ctx, r)
	if err == nil {
		return s.putLarge(ctx, io.MultiReader(bytes.NewReader(first.b[:]), patient{ctx, r}))
	}
	if !errors.Is(err, io.EOF) {
		return Ref{}, fmt.Errorf("put blob: %w", err)
	}
	sum := sha256.Sum256(first.b[:first.n])
	ref := Ref{Hash: hex.EncodeToString(sum[:]), Size: int64(first.n)}
	return ref, s.send(ctx, ref, bytes.NewReader(first.b[:first.n]))
}

// Receive implements Intake: content is durable at once.
func (s *S3) Receive(ctx context.Context, r io.Reader) (Received, error) {
	ref, err := s.Put(ctx, r)
	return Received{Ref: ref}, err
}

// Keep implements Intake.
func (s *S3) Keep(context.Context, *db.Tx, Received) error { return nil }

// plain is how content is sent: the hash in its name vouches for it.
var plain = minio.PutObjectOptions{ContentType: "application/octet-stream", PartSize: partSize, DisableContentSha256: true}

// send puts content whose name is known.
func (s *S3) send(ctx context.Context, ref Ref, r io.Reader) error {
	naming := s.lock(ref.Hash)
	naming.RLock()
	defer naming.RUnlock()
	_, err := s.core.Client.PutObject(ctx, s.bucket, s.key(place(ref.Hash)), r, ref.Size, plain)
	if err != nil {
		return fmt.Errorf("put blob %s: %w", ref.Hash, ended(ctx, err))
	}
	return nil
}

// putLarge puts content whose name is known at its end.
func (s *S3) putLarge(ctx context.Context, r io.Reader) (Ref, error) {
	temp := s.key(path.Join(incoming, unfinished+rand.Text()))
	sum := sha256.New()
	info, err := s.core.Client.PutObject(ctx, s.bucket, temp, io.TeeReader(r, sum), -1, plain)
	defer s.core.Client.RemoveObject(context.WithoutCancel(ctx), s.bucket, temp, minio.RemoveObjectOptions{})
	if err != nil {
		return Ref{}, fmt.Errorf("put blob: %w", ended(ctx, err))
	}
	ref := Ref{Hash: hex.EncodeToString(sum.Sum(nil)), Size: info.Size}
	naming := s.lock(ref.Hash)
	naming.RLock()
	defer naming.RUnlock()
	if err := s.copy(ctx, temp, ref); err != nil {
		return Ref{}, fmt.Errorf("put blob %s: %w", ref.Hash, ended(ctx, err))
	}
	return ref, nil
}

// copy has the server make content of an object; of itself to renew its age.
func (s *S3) copy(ctx context.Context, from string, ref Ref) error {
	to := minio.CopyDestOptions{
		Bucket: s.bucket, Object: s.key(place(ref.Hash)), ReplaceMetadata: true, ContentType: plain.ContentType,
	}
	source := minio.CopySrcOptions{Bucket: s.bucket, Object: from}
	if ref.Size > copyMax {
		_, err := s.core.Client.ComposeObject(ctx, to, source)
		return err
	}
	_, err := s.core.Client.CopyObject(ctx, to, source)
	return err
}

// ended prefers the reason why a context ended to what came of that.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// lacking is NotFound for what is not there.
func lacking(err error) error {
	if minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
		return fault.Wrap(err, fault.NotFound, "")
	}
	return err
}

// Open implements Store. Bytes begin to come at once; after a Seek they are asked for anew.
func (s *S3) Open(ctx context.Context, hash string) (io.ReadSeekCloser, int64, error) {
	if !ValidHash(hash) {
		return nil, 0, badHash(hash)
	}
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	body, info, _, err := s.core.GetObject(ctx, s.bucket, s.key(place(hash)), minio.GetObjectOptions{})
	if err != nil {
		return nil, 0, fmt.Errorf("open blob %s: %w", hash, lacking(ended(ctx, err)))
	}
	return &object{s: s, ctx: ctx, hash: hash, body: body, size: info.Size}, info.Size, nil
}

// An object is content that is read.
type object struct {
	s    *S3
	ctx  context.Context //nolint:containedctx // that of Open, as long as it is read
	hash string
	body io.ReadCloser // nil after a Seek
	size int64
	at   int64 // where the next byte is read
	is   int64 // where body is
}

// Read reads on.
func (o *object) Read(p []byte) (int, error) {
	if o.at >= o.size {
		return 0, io.EOF
	}
	if o.body != nil && o.is != o.at {
		o.body.Close()
		o.body = nil
	}
	if o.body == nil {
		var from minio.GetObjectOptions
		if err := from.SetRange(o.at, o.size-1); err != nil {
			return 0, err
		}
		body, _, _, err := o.s.core.GetObject(o.ctx, o.s.bucket, o.s.key(place(o.hash)), from)
		if err != nil {
			return 0, fmt.Errorf("read blob %s: %w", o.hash, lacking(ended(o.ctx, err)))
		}
		o.body, o.is = body, o.at
	}
	n, err := o.body.Read(p)
	o.at += int64(n)
	o.is = o.at
	if err == io.EOF && o.at < o.size {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Seek goes elsewhere; nothing is asked of the server before the next Read.
func (o *object) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.at
	case io.SeekEnd:
		offset += o.size
	}
	if offset < 0 {
		return o.at, errors.New("seek before the beginning")
	}
	o.at = offset
	return offset, nil
}

// Close ends the reading.
func (o *object) Close() error {
	if o.body == nil {
		return nil
	}
	return o.body.Close()
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, hash string) error {
	if !ValidHash(hash) {
		return badHash(hash)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err := s.core.Client.RemoveObject(ctx, s.bucket, s.key(place(hash)), minio.RemoveObjectOptions{})
	if err = lacking(err); err != nil && !fault.Is(err, fault.NotFound) {
		return fmt.Errorf("delete blob %s: %w", hash, ended(ctx, err))
	}
	return nil
}

// Expire implements Store. What another node puts in the moment between the look and the removal is lost to it.
func (s *S3) Expire(ctx context.Context, hash string, before time.Time) error {
	if !ValidHash(hash) {
		return badHash(hash)
	}
	naming := s.lock(hash)
	naming.Lock()
	defer naming.Unlock()
	info, err := s.core.Client.StatObject(ctx, s.bucket, s.key(place(hash)), minio.StatObjectOptions{})
	if err = lacking(err); fault.Is(err, fault.NotFound) || err == nil && !info.LastModified.Before(before) {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("expire blob %s: %w", hash, ended(ctx, err))
	}
	return s.Delete(ctx, hash)
}

// Walk implements Store.
func (s *S3) Walk(ctx context.Context, visit func(Ref, time.Time) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	under := s.key("")
	if under != "" {
		under += "/"
	}
	for o := range s.core.Client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: under, Recursive: true}) {
		if o.Err != nil {
			return fmt.Errorf("walk blobs: %w", ended(ctx, o.Err))
		}
		hash := path.Base(o.Key)
		if !ValidHash(hash) || o.Key != s.key(place(hash)) {
			continue
		}
		if err := visit(Ref{Hash: hash, Size: o.Size}, o.LastModified); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Extend implements Drafts.
func (s *S3) Extend(ctx context.Context, draft string, from Progress, r io.Reader) (Progress, error) {
	return s.drafts.Extend(ctx, draft, from, r)
}

// OpenDraft implements Drafts.
func (s *S3) OpenDraft(ctx context.Context, draft string) (Reader, error) {
	return s.drafts.OpenDraft(ctx, draft)
}

// Discard implements Drafts.
func (s *S3) Discard(ctx context.Context, draft string) error { return s.drafts.Discard(ctx, draft) }

// WalkDrafts implements Drafts.
func (s *S3) WalkDrafts(ctx context.Context, visit func(draft string, grown time.Time) error) error {
	return s.drafts.WalkDrafts(ctx, visit)
}

// Finish implements Drafts: the draft is sent under its name, and is then no more.
func (s *S3) Finish(ctx context.Context, draft string, at Progress) (Ref, error) {
	ref, err := at.Ref()
	if err != nil {
		return Ref{}, err
	}
	err = s.drafts.whole(ctx, draft, at, func(r io.Reader) error { return s.send(ctx, ref, r) })
	if fault.Is(err, fault.NotFound) {
		return ref, s.finished(ctx, ref)
	}
	return ref, err
}

// finished renews what was made of a draft that is gone.
func (s *S3) finished(ctx context.Context, ref Ref) error {
	naming := s.lock(ref.Hash)
	naming.RLock()
	defer naming.RUnlock()
	info, err := s.core.Client.StatObject(ctx, s.bucket, s.key(place(ref.Hash)), minio.StatObjectOptions{})
	if err == nil && info.Size != ref.Size {
		return fault.New(fault.NotFound, "").Because("%d of %d bytes are there", info.Size, ref.Size)
	}
	if err == nil {
		err = s.copy(ctx, s.key(place(ref.Hash)), ref)
	}
	if err != nil {
		return fmt.Errorf("finish draft: %w", lacking(ended(ctx, err)))
	}
	return nil
}
