-- What shows a video among photos: a picture that another room made of it, '' for none.
ALTER TABLE photo_look ADD COLUMN picture TEXT NOT NULL DEFAULT '';
UPDATE photo_look SET picture = (SELECT f.poster_blob FROM film f WHERE f.content = photo_look.content), state = 'due', due_at = 0, tries = 0
    WHERE kind = 'video' AND EXISTS (SELECT 1 FROM film f WHERE f.content = photo_look.content AND f.poster_blob <> '');
