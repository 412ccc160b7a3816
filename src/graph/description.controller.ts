import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Controller, Get, Req } from '@nestjs/common';
import { Configuration } from '../configuration.js';
import { discoveryUrl } from '../identity/authority.js';
import { Public } from '../identity/public.js';
import { type ApiVersion, apiVersions } from '../odata/edm.js';
import { graphError } from '../odata/errors.js';
import {
  type Format,
  jsonFormat,
  mediaTypeOf,
  preferredMediaType,
  requireAcceptable,
} from '../odata/format.js';
import { csdlJson } from '../odata/metadata/csdl-json.js';
import { csdlXml, csdlXmlMediaType } from '../odata/metadata/csdl-xml.js';
import { openApi } from '../odata/metadata/openapi.js';
import { servedOptions } from '../odata/metadata/served-options.js';
import { serviceDocument } from '../odata/metadata/service-document.js';
import { systemOptions } from '../odata/query-options.js';
import { Answer } from './answer.js';
import { descriptionPath, type GraphRequest } from './exchange.js';
import { GraphModel } from './graph-model.js';

interface Text {
  mediaType: string;
  text: string;
}

const json = 'application/json';

// From the checkout and from the build alike: both lie two folders below a package.json, the build's one further down.
const release = ['../../package.json', '../../../package.json']
  .map(versionOf)
  .find((version) => version !== undefined);

/** What is served, for machines: `$metadata`, the service document and OpenAPI, without a token as on Graph. */
@Public(true)
@Controller(descriptionPath)
export class DescriptionController {
  private readonly csdl: Readonly<Record<ApiVersion, Record<typeof csdlXmlMediaType | typeof json, string>>>;

  constructor(
    private readonly model: GraphModel,
    private readonly configuration: Configuration,
  ) {
    const texts = apiVersions.map((version) => {
      const document = csdlJson(model.sets, version, model.operations);
      return [version, { [csdlXmlMediaType]: csdlXml(document), [json]: JSON.stringify(document) }];
    });
    this.csdl = Object.fromEntries(texts) as typeof this.csdl;
  }

  /** 304 when the client has this text already. */
  @Get()
  describe(@Req() request: GraphRequest): Answer {
    if (!request.described) throw graphError('invalidVersion', descriptionPath);
    const { mediaType, text } = this.textOf(request, request.described);
    const digest = createHash('sha256').update(mediaType).update(text).digest('base64url');
    // Weak: the same tag whether it is sent packed or not (RFC 9110, 8.8.3.3).
    const etag = `W/"${digest.slice(0, 22)}"`;
    const headers = {
      'Content-Type': mediaType,
      'OData-Version': '4.0',
      ETag: etag,
      'Cache-Control': 'no-cache',
      Vary: 'Accept',
    };
    return matchesEtag(request.headers['if-none-match'], etag)
      ? new Answer(304, '', headers)
      : new Answer(200, text, headers);
  }

  private textOf(request: GraphRequest, { version, document }: NonNullable<GraphRequest['described']>): Text {
    const { accept } = request.headers;
    const $format = systemOptions(request.search, ['format']).get('format')?.value;
    switch (document) {
      case 'service':
        return this.service(version, request.publicBase, jsonFormat(accept, $format));
      case 'openapi':
        requireAcceptable(json, accept, $format);
        return { mediaType: json, text: this.openApi(version, request.publicBase) };
      case 'metadata': {
        const mediaType = preferredMediaType([csdlXmlMediaType, json], accept, $format);
        return { mediaType, text: this.csdl[version][mediaType] };
      }
    }
  }

  /** Without metadata there is no context either (OData JSON 4.01, 3.1.3). */
  private service(version: ApiVersion, base: string, format: Format): Text {
    const document = serviceDocument(this.model.sets, version, base);
    const shown = format.metadata === 'none' ? { value: document.value } : document;
    return { mediaType: mediaTypeOf(format), text: JSON.stringify(shown) };
  }

  private openApi(version: ApiVersion, base: string): string {
    const discovery = discoveryUrl(this.configuration.auth, base);
    const options = { release: release ?? '', base, discovery, queryOptions: servedOptions };
    return JSON.stringify(openApi(this.model.sets, version, options, this.model.operations));
  }
}

/** Whether `If-None-Match` names it, by weak comparison (RFC 9110, 13.1.2). Commas within tags of others do no harm. */
function matchesEtag(given: string | undefined, etag: string): boolean {
  if (given === undefined || given.trim() === '*') return given !== undefined;
  return given.split(',').some((tag) => tag.trim().replace(/^(W\/)?/, 'W/') === etag);
}

function versionOf(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}
