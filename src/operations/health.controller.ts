import { Controller, Get } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { pendingMigrations } from '../database/data-source.js';
import { Answer } from '../graph/answer.js';
import { Public } from '../identity/public.js';

const plain = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };

/** For whatever keeps the process running: `/healthz` says that it lives, `/readyz` that it can serve. */
@Public(true)
@Controller()
export class HealthController {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  @Get('healthz')
  alive(): Answer {
    return new Answer(200, '{"status":"ok"}', plain);
  }

  /** 200 when the database answers and has every migration, else 503 with the reason. */
  @Get('readyz')
  async ready(): Promise<Answer> {
    const reason = await this.reasonNotReady();
    if (reason === undefined) return new Answer(200, '{"status":"ok"}', plain);
    return new Answer(503, JSON.stringify({ status: 'unavailable', reason }), {
      ...plain,
      'Retry-After': '1',
    });
  }

  private async reasonNotReady(): Promise<string | undefined> {
    try {
      const pending = await pendingMigrations(this.dataSource);
      return pending.length === 0 ? undefined : `migrations are pending: ${pending.join(', ')}`;
    } catch {
      return 'the database does not answer';
    }
  }
}
