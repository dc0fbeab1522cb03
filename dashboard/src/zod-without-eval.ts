import { z } from 'zod';

// The Content-Security-Policy forbids code made from text, which zod would try when a schema is built.
// main.tsx imports this file before any schema.
z.config({ jitless: true });
