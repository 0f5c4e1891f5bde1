export interface Endpoint {
  /** Host name, IPv4, or IPv6 without brackets. */
  host: string;
  port: number;
  /** `tcp://host:port`, normalised; what is given to ZeroMQ. */
  text: string;
  /** `host:port`, for people. */
  address: string;
  loopback: boolean;
}

/** Reads `tcp://host:port`, also without the scheme; an Error says what is wrong and what is expected. Port 1–65535. */
export declare function parseEndpoint(text: string): Endpoint | Error;
