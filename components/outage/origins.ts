/** An origin of pages over TLS, or all hosts below a name. Nothing in it ends the directive of a policy. */
export const originForm = /^https:\/\/(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}(:\d{1,5})?$/;
export const originWords = "https:// and a host name, or *. and a domain for all hosts below it, without a path";
