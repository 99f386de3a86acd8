package derive

import "image"

// upright is the size of a stored w by h picture once it is turned. It is its
// own inverse.
func upright(w, h, orientation int) (int, int) {
	if orientation >= 5 {
		return h, w
	}
	return w, h
}

// turn makes a stored picture upright. The orientations are EXIF's: which
// side of the scene the first row and the first column are (Exif 2.32
// §4.6.4, Orientation).
func turn(src *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 {
		return src
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	uw, uh := upright(w, h, orientation)
	dst := image.NewRGBA(image.Rect(0, 0, uw, uh))
	// Where in src upright (0, 0) is, and the steps for one to the right and one down.
	var start, right, down int
	s := src.Stride
	lastCol, lastRow := 4*(w-1), s*(h-1)
	switch orientation {
	case 2: // mirrored
		start, right, down = lastCol, -4, s
	case 3: // upside down
		start, right, down = lastCol+lastRow, -4, -s
	case 4: // upside down and mirrored
		start, right, down = lastRow, 4, -s
	case 5: // left side up and mirrored
		start, right, down = 0, s, 4
	case 6: // needs a quarter turn clockwise
		start, right, down = lastRow, -s, 4
	case 7: // right side up and mirrored
		start, right, down = lastCol+lastRow, -s, -4
	case 8: // needs a quarter turn counterclockwise
		start, right, down = lastCol, s, -4
	}
	for y := range uh {
		row := dst.Pix[y*dst.Stride:]
		from := start + y*down
		for x := range uw {
			copy(row[4*x:4*x+4], src.Pix[from:from+4])
			from += right
		}
	}
	return dst
}
