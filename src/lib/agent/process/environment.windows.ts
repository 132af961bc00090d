/** What Windows sets for everybody and programs rely on. Nothing else of ours reaches a script: it may be a secret. */
const OF_THE_SYSTEM = [
  ...[
    'ALLUSERSPROFILE',
    'APPDATA',
    'CommonProgramFiles',
    'CommonProgramFiles(x86)',
    'CommonProgramW6432',
    'COMPUTERNAME',
  ],
  ...['ComSpec', 'DriverData', 'HOMEDRIVE', 'HOMEPATH', 'LOCALAPPDATA', 'NUMBER_OF_PROCESSORS', 'OS', 'PATHEXT'],
  ...['PROCESSOR_ARCHITECTURE', 'PROCESSOR_IDENTIFIER', 'PROCESSOR_LEVEL', 'PROCESSOR_REVISION', 'ProgramData'],
  ...['ProgramFiles', 'ProgramFiles(x86)', 'ProgramW6432', 'PSModulePath', 'PUBLIC', 'SystemDrive', 'SystemRoot'],
  ...['TEMP', 'TMP', 'USERDOMAIN', 'USERNAME', 'USERPROFILE', 'windir'],
]

export function windowsEnvironment(own: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(OF_THE_SYSTEM.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]])))
}
