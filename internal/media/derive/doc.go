// Package derive makes what is published of a picture: upright, scaled, without metadata, in a child process.
//
// A picture is bytes a stranger chose, and decoders of pictures are where
// homes are broken into. So the program starts itself once more for each
// picture, as a worker that owns two pipes and nothing else, locks itself
// down ([Worker]), decodes, and answers with newly encoded pictures. The
// parent ([Deriver]) feeds it, stops it when it takes too long and believes
// nothing it says without looking.
//
// What the worker may use:
//
//   - On Linux (amd64, arm64, riscv64): an allow-list of the system calls that
//     a computing Go program needs, by seccomp; no path can be opened, no
//     socket made, no program or process started, no memory made executable.
//     Landlock repeats the ban on files and TCP where the kernel has it, and
//     resource limits bound memory, CPU seconds, descriptors and file sizes.
//     If any part but Landlock fails, no picture is decoded, nor is any on
//     Linux on other machines.
//   - On macOS, NetBSD and OpenBSD: a limit on CPU seconds, no file written,
//     no core. Elsewhere the separate process is all there is, with the
//     parent's clock and the runtime's own bound on memory.
//
// What is read, by content and never by name: JPEG, PNG, GIF, WebP, HEIC and
// AVIF (the first picture of an animated one). HEIC and AVIF are decoded by C
// libraries in WebAssembly (folder wasm), which the worker makes ready before it is locked down. What is written: JPEG for photographs,
// PNG where there is transparency or where a drawing stays crisp and small,
// and a cleaned GIF for an animated GIF. Only pixels pass from one to the
// other, so no position, device, thumbnail, comment or color profile can.
// Pictures are taken to be sRGB: colors of a wide-gamut picture whose profile
// is dropped come out a little paler, and nothing else happens to them.
package derive
