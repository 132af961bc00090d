import {createRequire} from 'node:module'

/** A job object: every process that a member starts is a member too, whatever becomes of its parent. */
export interface Job {
  /** Ends all members. */
  terminate(): void
  /** Lets go of it; members live on. */
  close(): void
}

/** Puts a process just started into a job of its own; undefined when Windows refuses. */
export type CreateJob = (pid: number) => Job | undefined

/** Source: Win32, process access rights. */
const PROCESS_TERMINATE_AND_SET_QUOTA = 0x0101

interface Library {
  func(declaration: string): (...values: unknown[]) => unknown
}

/** The calls of Windows that Node lacks. undefined: the package that makes them is not installed, as on every other system. */
export function openJobs(): CreateJob | undefined {
  let kernel: Library
  try {
    const native = createRequire(import.meta.url)(`@koromix/koffi-win32-${process.arch}`) as {
      load(name: string): Library
    }
    kernel = native.load('kernel32.dll')
  } catch {
    return undefined
  }
  const create = kernel.func('void* __stdcall CreateJobObjectW(void*, void*)')
  const openProcess = kernel.func('void* __stdcall OpenProcess(uint32, int, uint32)')
  const assign = kernel.func('int __stdcall AssignProcessToJobObject(void*, void*)')
  const terminate = kernel.func('int __stdcall TerminateJobObject(void*, uint32)')
  const close = kernel.func('int __stdcall CloseHandle(void*)')
  return (pid) => {
    const handle = openProcess(PROCESS_TERMINATE_AND_SET_QUOTA, 0, pid)
    if (!handle) return undefined
    const job = create(null, null)
    const isMember = Boolean(job) && assign(job, handle) === 1
    close(handle)
    if (isMember) return {terminate: () => void terminate(job, 1), close: () => void close(job)}
    if (job) close(job)
    return undefined
  }
}
