-- Passwords that can be read again, for CRAM-MD5, DIGEST-MD5 and NTLM; only of users for whom the operator asked for it.
-- Encrypted: base64 of nonce, ciphertext and tag of AES-256-GCM under the key file of the installation.

CREATE TABLE shared_secrets (
  domain TEXT NOT NULL,
  local_part TEXT NOT NULL,
  secret TEXT NOT NULL,
  PRIMARY KEY (domain, local_part),
  FOREIGN KEY (domain, local_part) REFERENCES users (domain, local_part) ON DELETE CASCADE
);
