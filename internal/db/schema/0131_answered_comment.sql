-- comment_answer (package comment): posts of people who live here that answer the comment of a guest.
CREATE TABLE comment_answer (
    post_id        BIGINT PRIMARY KEY,
    comment_id     BIGINT NOT NULL
);
CREATE INDEX comment_answer_comment ON comment_answer (comment_id);

ALTER TABLE comment ADD COLUMN hears BOOLEAN NOT NULL DEFAULT FALSE; -- the guest wants a mail when somebody who lives here answers it
