import { words, type Row } from './row.js'

/** Pages, devices, terminals, locks and queues: one thing at a time, whatever the names say. */
export const orderedRows: readonly Row[] = [
  { packages: ['playwright', 'playwright-core', '@playwright/test', 'puppeteer', 'puppeteer-core', 'webdriverio', 'selenium-webdriver', 'detox', 'appium', 'cypress', 'testcafe'], members: /./, does: 'orders', source: 'microsoft/playwright#22339: actions on one page are serial; `textContent` and its like wait for the page' },
  { packages: ['@testing-library/*', 'vitest', '@vitest/*', 'jest', '@jest/*', 'mocha', 'chai', 'ava', 'tap', 'supertest'], members: /./, does: 'orders', source: 'testing-library/react-testing-library#615: queries that wait are not meant to run together' },
  { packages: ['inquirer', '@inquirer/*', '@clack/prompts', 'prompts', 'enquirer', 'readline-sync', 'vscode'], members: /./, does: 'orders', source: 'one terminal, one dialog' },
  { packages: ['async-mutex', 'redlock', 'p-mutex', 'async-lock', 'async-sema', 'await-semaphore', 'semaphore-async-await'], members: words('constructor'), does: 'pure', source: 'a lock that is made is not taken yet' },
  { packages: ['async-mutex', 'redlock', 'p-mutex', 'async-lock', 'proper-lockfile', 'async-sema', 'await-semaphore', 'semaphore-async-await'], members: /./, does: 'orders', source: 'locks order what runs under them' },
  { packages: ['execa', 'zx', 'cross-spawn', 'shelljs', 'child-process-promise'], members: /./, does: 'orders', source: 'a program may do anything' },
  { packages: ['ethers', 'viem', 'web3', '@solana/web3.js'], members: /^(?:send|write|deploy|sign|transfer|approve)/, does: 'orders', source: 'ethers-io/ethers.js#739: two transactions of a signer take one nonce' },
  { packages: ['discord.js', 'telegraf', 'grammy', '@slack/*', 'nodemailer', 'twilio', 'resend', 'bullmq', 'bull', 'amqplib', 'kafkajs', '@notionhq/client', '@kubernetes/client-node'], members: /^(?!get(?!Updates)|fetch|list|find|retrieve|count|create(?:Transport|TestAccount)|constructor).*$/, does: 'writes', changes: 'what others see', isLikely: true, source: 'messages and jobs arrive in their order' },
  { packages: ['inngest', '@temporalio/*', '@trigger.dev/*', '@upstash/workflow', '@upstash/qstash'], members: /./, does: 'orders', source: 'steps are replayed in their order' },
  { packages: ['@modelcontextprotocol/sdk', 'vscode-languageclient', 'vscode-languageserver', 'vscode-jsonrpc'], members: words('request sendRequest connect initialize notification sendNotification'), does: 'orders', source: 'a protocol has an order' },
  { packages: ['mermaid'], members: words('initialize init render'), does: 'orders', source: 'one instance for the whole process' },
]
