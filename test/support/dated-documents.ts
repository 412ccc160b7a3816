/** The examples of the documents of earlier dates: what a request sends, word for word, and the id that the response adds. */
export interface DatedExample {
  title: string;
  /** The base path of the date. */
  base: string;
  sent: Readonly<Record<string, unknown>>;
}

export const installStatusId = '7560ee45-ee45-7560-45ee-607545ee6075';

export const datedExamples: readonly DatedExample[] = [
  {
    title: 'Update mobileAppInstallStatus of December 2016',
    base: '2017-01/beta',
    sent: {
      deviceName: 'Device Name value',
      deviceId: 'Device Id value',
      lastSyncDateTime: '2017-01-01T00:02:49.3205976-08:00',
      mobileAppInstallStatusValue: 27,
      errorCode: 9,
      deviceType: 10,
      osVersion: 'Os Version value',
    },
  },
  {
    title: 'Update mobileAppInstallStatus of November 2018',
    base: '2018-11/beta',
    sent: {
      deviceName: 'Device Name value',
      deviceId: 'Device Id value',
      lastSyncDateTime: '2017-01-01T00:02:49.3205976-08:00',
      mobileAppInstallStatusValue: 'failed',
      installState: 'failed',
      installStateDetail: 'seeInstallErrorCode',
      errorCode: 9,
      osVersion: 'Os Version value',
      osDescription: 'Os Description value',
      userName: 'User Name value',
      userPrincipalName: 'User Principal Name value',
      displayVersion: 'Display Version value',
    },
  },
];
