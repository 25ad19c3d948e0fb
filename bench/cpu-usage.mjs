// Loaded with --import into a measured process: writes the CPU seconds it took, all threads, and the most memory it held, in MB, to the file in CPU_FILE.
import { writeFileSync } from 'node:fs'

process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  writeFileSync(process.env.CPU_FILE, JSON.stringify({ seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1024 }))
})
