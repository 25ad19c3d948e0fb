// Loaded with --import into a measured process: writes the CPU seconds it took, all threads, to the file in CPU_FILE.
import { writeFileSync } from 'node:fs'

process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  writeFileSync(process.env.CPU_FILE, String((user + system) / 1e6))
})
