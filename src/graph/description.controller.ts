import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Controller, Get, Req } from '@nestjs/common';
import { Public } from '../identity/public.js';
import { type ApiVersion, apiVersions } from '../odata/edm.js';
import { graphError } from '../odata/errors.js';
import { csdlJson } from '../odata/metadata/csdl-json.js';
import { csdlXml, csdlXmlMediaType } from '../odata/metadata/csdl-xml.js';
import { openApi } from '../odata/metadata/openapi.js';
import { servedOptions } from '../odata/metadata/served-options.js';
import { serviceDocument } from '../odata/metadata/service-document.js';
import { systemOptions } from '../odata/query-options.js';
import { excerpt } from '../odata/value-problem.js';
import { Answer, jsonMediaType } from './answer.js';
import { descriptionPath, type GraphRequest } from './exchange.js';
import { GraphModel } from './graph-model.js';

interface Text {
  mediaType: string;
  text: string;
}

// From the checkout and from the build alike: both lie two folders below a package.json, the build's one further down.
const release = ['../../package.json', '../../../package.json']
  .map(versionOf)
  .find((version) => version !== undefined);

/** What is served, for machines: `$metadata`, the service document and OpenAPI, without a token as on Graph. */
@Public(true)
@Controller(descriptionPath)
export class DescriptionController {
  private readonly csdl: Readonly<Record<ApiVersion, { xml: string; json: string }>>;

  constructor(private readonly model: GraphModel) {
    const texts = apiVersions.map((version) => {
      const document = csdlJson(model.sets, version);
      return [version, { xml: csdlXml(document), json: JSON.stringify(document) }];
    });
    this.csdl = Object.fromEntries(texts) as typeof this.csdl;
  }

  /** 304 when the client has this text already. */
  @Get()
  describe(@Req() request: GraphRequest): Answer {
    if (!request.described) throw graphError('invalidVersion', descriptionPath);
    const { mediaType, text } = this.textOf(request, request.described);
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
    const headers = {
      'Content-Type': mediaType,
      'OData-Version': '4.0',
      ETag: etag,
      'Cache-Control': 'no-cache',
    };
    return request.headers['if-none-match'] === etag
      ? new Answer(304, '', headers)
      : new Answer(200, text, headers);
  }

  private textOf(request: GraphRequest, { version, document }: NonNullable<GraphRequest['described']>): Text {
    const base = request.publicBase;
    switch (document) {
      case 'service':
        return json(serviceDocument(this.model.sets, version, base));
      case 'openapi':
        return json(
          openApi(this.model.sets, version, { release: release ?? '', base, queryOptions: servedOptions }),
        );
      case 'metadata':
        return wantsJson(request)
          ? { mediaType: 'application/json', text: this.csdl[version].json }
          : { mediaType: csdlXmlMediaType, text: this.csdl[version].xml };
    }
  }
}

const json = (value: object): Text => ({ mediaType: jsonMediaType, text: JSON.stringify(value) });

/** `$format` decides, then `Accept`; XML where neither asks for JSON (OData 4.01, 10.2). */
function wantsJson({ search, headers }: GraphRequest): boolean {
  const format = systemOptions(search, ['format']).get('format')?.value;
  if (format === undefined)
    return /application\/json/i.test(headers.accept ?? '') && !/xml/i.test(headers.accept ?? '');
  if (/^(json|application\/json\b.*)$/i.test(format)) return true;
  if (/^(xml|application\/xml\b.*)$/i.test(format)) return false;
  throw graphError('invalidOptionValue', '$format', excerpt(format));
}

function versionOf(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}
