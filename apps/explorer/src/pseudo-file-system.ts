/**
 * File systems whose files are made up while they are read: reading some of them waits for ever, others have no end. By the numbers of
 * Linux (include/uapi/linux/magic.h); no other system has these numbers for a file system with files of its own.
 */
const names = new Map<number, string>([
  [0x9fa0, "proc"],
  [0x62656572, "sysfs"],
  [0x27e0eb, "cgroup"],
  [0x63677270, "cgroup2"],
  [0x64626720, "debugfs"],
  [0x74726163, "tracefs"],
  [0x73636673, "securityfs"],
  [0x62656570, "configfs"],
  [0xcafe4a11, "bpf"],
  [0x6165676c, "pstore"],
  [0xde5e81e4, "efivarfs"],
  [0x42494e4d, "binfmt_misc"],
  [0x1cd1, "devpts"],
  [0x19800202, "mqueue"],
  [0x65735543, "fusectl"],
  [0xf97cff8c, "selinuxfs"],
]);

/** The name of a pseudo file system by its type number; `undefined` for one with real files. */
export function pseudoFileSystemName(type: number): string | undefined {
  return process.platform === "linux" ? names.get(type >>> 0) : undefined;
}
