/** What a request says about who signed it; `expected` computes what the signature must be. */
export interface Claim {
  accessKeyId: string
  securityToken: string
  nonce: string
  timestamp: string
  signature: string
  /** Shown to a caller whose signature differs; it holds nothing that the caller did not send. */
  stringToSign(): string
  expected(secret: string): string
}
