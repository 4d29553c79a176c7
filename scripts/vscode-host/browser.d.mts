import type { Browser, Page } from 'playwright-core';
import type { Server } from './server.mjs';

export function launchBrowser(): Promise<Browser>;
export function newPage(browser: Browser, server: Server): Promise<Page>;
