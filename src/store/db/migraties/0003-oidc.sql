-- Who logs in at a provider (OpenID Connect) is known by its issuer and subject, and has no password here.
ALTER TABLE account ADD COLUMN uitgever TEXT;
ALTER TABLE account ADD COLUMN onderwerp TEXT;
CREATE UNIQUE INDEX account_elders ON account (uitgever, onderwerp);
