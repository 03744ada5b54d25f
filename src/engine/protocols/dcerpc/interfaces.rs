//! Interfaces that people meet, each with its operations by number: names as the IDL of [MS-*] and C706 has them.
use super::Interface;
use crate::engine::dissect::Protocol;

const fn leaf(name: &'static str, title: &'static str, short: &'static str) -> Protocol {
    Protocol { name, title, short, ..Protocol::PLAIN }
}

pub static EPM: Protocol = leaf("epm", "DCE/RPC Endpoint Mapper", "EPM");
pub static DRSUAPI: Protocol = leaf("drsuapi", "DRSUAPI", "DRSUAPI");
pub static SRVSVC: Protocol = leaf("srvsvc", "Server Service", "SRVSVC");
pub static LSARPC: Protocol = leaf("lsarpc", "Local Security Authority", "LSARPC");
pub static SAMR: Protocol = leaf("samr", "SAMR (pidl)", "SAMR");
pub static WKSSVC: Protocol = leaf("wkssvc", "Workstation Service", "WKSSVC");
pub static NETLOGON: Protocol = leaf("rpc_netlogon", "Microsoft Network Logon", "RPC_NETLOGON");
pub static SVCCTL: Protocol = leaf("svcctl", "Microsoft Service Control", "SVCCTL");
pub static WINREG: Protocol = leaf("winreg", "Remote Registry Service", "WINREG");
pub static ATSVC: Protocol = leaf("atsvc", "Microsoft AT-Scheduler Service", "ATSVC");
pub static SPOOLSS: Protocol = leaf("spoolss", "Microsoft Spool Subsystem", "SPOOLSS");
pub static DSSETUP: Protocol = leaf("dssetup", "Active Directory Setup", "DSSETUP");
pub static EVENTLOG: Protocol = leaf("eventlog", "Event Logger", "EVENTLOG");
pub static INITSHUTDOWN: Protocol = leaf("initshutdown", "Init shutdown service", "INITSHUTDOWN");
pub static MGMT: Protocol = leaf("mgmt", "DCE/RPC Remote Management", "MGMT");
pub static OXID: Protocol = leaf("oxid", "DCOM OXID Resolver", "IOXIDResolver");
pub static SYSACT: Protocol =
    leaf("isystemactivator", "ISystemActivator ISystemActivator Resolver", "ISystemActivator");
pub static REMUNK2: Protocol = leaf("remunk2", "IRemUnknown2", "IRemUnknown2");
pub static REMUNK: Protocol = leaf("remunk", "IRemUnknown", "IRemUnknown");
pub static NETDFS: Protocol = leaf("netdfs", "Settings for Microsoft Distributed File System", "NETDFS");
pub static TSCH: Protocol = leaf("taskschedulerservice", "Microsoft Task Scheduler Service", "TaskSchedulerService");
pub static RPCBROWSER: Protocol = leaf("rpc_browser", "RPC Browser", "RPC_BROWSER");
pub static MSGSVC: Protocol = leaf("messenger", "Microsoft Messenger Service", "Messenger");
pub static NSPI: Protocol = leaf("nspi", "Exchange 5.5 Name Service Provider", "NSPI");
pub static EFS: Protocol = leaf("efs", "EFS (pidl)", "EFS");

#[rustfmt::skip]
pub static INTERFACES: &[Interface] = &[
    Interface { uuid: 0xe1af8308_5d1f_11c9_91a4_08002b14a0fa, version: 3, bind: "EPMv4", protocol: "epm", operations: "\
        Insert Delete Lookup Map LookupHandleFree InqObject MgmtDelete" },
    Interface { uuid: 0xe3514235_4b06_11d1_ab04_00c04fc2dcd2, version: 4, bind: "DRSUAPI", protocol: "drsuapi", operations: "\
        DsBind DsUnbind DsReplicaSync DsGetNCChanges DsReplicaUpdateRefs DRSUAPI_REPLICA_ADD DRSUAPI_REPLICA_DEL \
        DRSUAPI_REPLICA_MODIFY DRSUAPI_VERIFY_NAMES DRSUAPI_GET_MEMBERSHIPS DRSUAPI_INTER_DOMAIN_MOVE DRSUAPI_GET_NT4_CHANGELOG \
        DsCrackNames DsWriteAccountSpn DRSUAPI_REMOVE_DS_SERVER DRSUAPI_REMOVE_DS_DOMAIN DsGetDomainControllerInfo DsAddEntry \
        DRSUAPI_EXECUTE_KCC DsReplicaGetInfo DRSUAPI_ADD_SID_HISTORY DRSUAPI_GET_MEMBERSHIPS2 DRSUAPI_REPLICA_VERIFY_OBJECTS \
        DRSUAPI_GET_OBJECT_EXISTENCE DRSUAPI_QUERY_SITES_BY_COST" },
    Interface { uuid: 0x4b324fc8_1670_01d3_1278_5a47bf6ee188, version: 3, bind: "SRVSVC", protocol: "srvsvc", operations: "\
        NetCharDevEnum NetCharDevGetInfo NetCharDevControl NetCharDevQEnum NetCharDevQGetInfo NetCharDevQSetInfo \
        NetCharDevQPurge NetCharDevQPurgeSelf NetConnEnum NetFileEnum NetFileGetInfo NetFileClose NetSessEnum NetSessDel \
        NetShareAdd NetShareEnumAll NetShareGetInfo NetShareSetInfo NetShareDel NetShareDelSticky NetShareCheck NetSrvGetInfo \
        NetSrvSetInfo NetDiskEnum NetServerStatisticsGet NetTransportAdd NetTransportEnum NetTransportDel NetRemoteTOD \
        NetSetServiceBits NetPathType NetPathCanonicalize NetPathCompare NetNameValidate NETRPRNAMECANONICALIZE NetPRNameCompare \
        NetShareEnum NetShareDelStart NetShareDelCommit NetGetFileSecurity NetSetFileSecurity NetServerTransportAddEx \
        NetServerSetServiceBitsEx NETRDFSGETVERSION NETRDFSCREATELOCALPARTITION NETRDFSDELETELOCALPARTITION \
        NETRDFSSETLOCALVOLUMESTATE NETRDFSSETSERVERINFO NETRDFSCREATEEXITPOINT NETRDFSDELETEEXITPOINT NETRDFSMODIFYPREFIX \
        NETRDFSFIXLOCALVOLUME NETRDFSMANAGERREPORTSITEINFO NETRSERVERTRANSPORTDELEX" },
    Interface { uuid: 0x12345778_1234_abcd_ef00_0123456789ab, version: 0, bind: "LSARPC", protocol: "lsarpc", operations: "\
        lsa_Close lsa_Delete lsa_EnumPrivs lsa_QuerySecurity lsa_SetSecObj lsa_ChangePassword lsa_OpenPolicy lsa_QueryInfoPolicy \
        lsa_SetInfoPolicy lsa_ClearAuditLog lsa_CreateAccount lsa_EnumAccounts lsa_CreateTrustedDomain lsa_EnumTrustDom \
        lsa_LookupNames lsa_LookupSids lsa_CreateSecret lsa_OpenAccount lsa_EnumPrivsAccount lsa_AddPrivilegesToAccount \
        lsa_RemovePrivilegesFromAccount lsa_GetQuotasForAccount lsa_SetQuotasForAccount lsa_GetSystemAccessAccount \
        lsa_SetSystemAccessAccount lsa_OpenTrustedDomain lsa_QueryTrustedDomainInfo lsa_SetInformationTrustedDomain \
        lsa_OpenSecret lsa_SetSecret lsa_QuerySecret lsa_LookupPrivValue lsa_LookupPrivName lsa_LookupPrivDisplayName \
        lsa_DeleteObject lsa_EnumAccountsWithUserRight lsa_EnumAccountRights lsa_AddAccountRights lsa_RemoveAccountRights \
        lsa_QueryTrustedDomainInfoBySid lsa_SetTrustedDomainInfo lsa_DeleteTrustedDomain lsa_StorePrivateData \
        lsa_RetrievePrivateData lsa_OpenPolicy2 lsa_GetUserName lsa_QueryInfoPolicy2 lsa_SetInfoPolicy2 \
        lsa_QueryTrustedDomainInfoByName lsa_SetTrustedDomainInfoByName lsa_EnumTrustedDomainsEx lsa_CreateTrustedDomainEx \
        lsa_CloseTrustedDomainEx lsa_QueryDomainInformationPolicy lsa_SetDomainInformationPolicy lsa_OpenTrustedDomainByName \
        lsa_TestCall lsa_LookupSids2 lsa_LookupNames2 lsa_CreateTrustedDomainEx2 lsa_CREDRWRITE lsa_CREDRREAD lsa_CREDRENUMERATE \
        lsa_CREDRWRITEDOMAINCREDENTIALS lsa_CREDRREADDOMAINCREDENTIALS lsa_CREDRDELETE lsa_CREDRGETTARGETINFO \
        lsa_CREDRPROFILELOADED lsa_LookupNames3 lsa_CREDRGETSESSIONTYPES lsa_LSARREGISTERAUDITEVENT lsa_LSARGENAUDITEVENT \
        lsa_LSARUNREGISTERAUDITEVENT lsa_lsaRQueryForestTrustInformation lsa_LSARSETFORESTTRUSTINFORMATION lsa_CREDRRENAME \
        lsa_LookupSids3 lsa_LookupNames4 lsa_LSAROPENPOLICYSCE lsa_LSARADTREGISTERSECURITYEVENTSOURCE \
        lsa_LSARADTUNREGISTERSECURITYEVENTSOURCE lsa_LSARADTREPORTSECURITYEVENT" },
    Interface { uuid: 0x12345778_1234_abcd_ef00_0123456789ac, version: 1, bind: "SAMR", protocol: "samr", operations: "\
        Connect Close SetSecurity QuerySecurity Shutdown LookupDomain EnumDomains OpenDomain QueryDomainInfo SetDomainInfo \
        CreateDomainGroup EnumDomainGroups CreateUser EnumDomainUsers CreateDomAlias EnumDomainAliases GetAliasMembership \
        LookupNames LookupRids OpenGroup QueryGroupInfo SetGroupInfo AddGroupMember DeleteDomainGroup DeleteGroupMember \
        QueryGroupMember SetMemberAttributesOfGroup OpenAlias QueryAliasInfo SetAliasInfo DeleteDomAlias AddAliasMember \
        DeleteAliasMember GetMembersInAlias OpenUser DeleteUser QueryUserInfo SetUserInfo ChangePasswordUser GetGroupsForUser \
        QueryDisplayInfo GetDisplayEnumerationIndex TestPrivateFunctionsDomain TestPrivateFunctionsUser GetUserPwInfo \
        RemoveMemberFromForeignDomain QueryDomainInfo2 QueryUserInfo2 QueryDisplayInfo2 GetDisplayEnumerationIndex2 CreateUser2 \
        QueryDisplayInfo3 AddMultipleMembersToAlias RemoveMultipleMembersFromAlias OemChangePasswordUser2 ChangePasswordUser2 \
        GetDomPwInfo Connect2 SetUserInfo2 SetBootKeyInformation GetBootKeyInformation Connect3 Connect4 ChangePasswordUser3 \
        Connect5 RidToSid SetDsrmPassword ValidatePassword" },
    Interface { uuid: 0x6bffd098_a112_3610_9833_46c3f87e345a, version: 1, bind: "WKSSVC", protocol: "wkssvc", operations: "\
        NetWkstaGetInfo NetWkstaSetInfo NetWkstaEnumUsers NetrWkstaUserGetInfo NetrWkstaUserSetInfo NetWkstaTransportEnum \
        NetrWkstaTransportAdd NetrWkstaTransportDel NetrUseAdd NetrUseGetInfo NetrUseDel NetrUseEnum NetrMessageBufferSend \
        NetrWorkstationStatisticsGet NetrLogonDomainNameAdd NetrLogonDomainNameDel NetrJoinDomain NetrUnjoinDomain \
        NetrRenameMachineInDomain NetrValidateName NetrGetJoinInformation NetrGetJoinableOus NetrJoinDomain2 NetrUnjoinDomain2 \
        NetrRenameMachineInDomain2 NetrValidateName2 NetrGetJoinableOus2 NetrAddAlternateComputerName \
        NetrRemoveAlternateComputerName NetrSetPrimaryComputername NetrEnumerateComputerNames" },
    Interface { uuid: 0x12345678_1234_abcd_ef00_01234567cffb, version: 1, bind: "RPC_NETLOGON", protocol: "rpc_netlogon", operations: "\
        NetrLogonUasLogon NetrLogonUasLogoff NetrLogonSamLogon NetrLogonSamLogoff NetrServerReqChallenge NetrServerAuthenticate \
        NetrServerPasswordSet NetrDatabaseDeltas NetrDatabaseSync NetrAccountDeltas NetrAccountSync NetrGetDCName \
        NetrLogonControl NetrGetAnyDCName NetrLogonControl2 NetrServerAuthenticate2 NetrDatabaseSync2 NetrDatabaseRedo \
        NetrLogonControl2Ex NetrEnumerateTrustedDomains DsrGetDcName NetrLogonDummyRoutine1 NetrLogonSetServiceBits \
        NetrLogonGetTrustRid NetrLogonComputeServerDigest NetrLogonComputeClientDigest NetrServerAuthenticate3 DsrGetDcNameEx \
        DsrGetSiteName NetrLogonGetDomainInfo NetrServerPasswordSet2 NetrServerPasswordGet NetrLogonSendToSam \
        DsrAddressToSiteNamesW DsrGetDcNameEx2 NetrLogonGetTimeServiceParentDomain NetrEnumerateTrustedDomainsEx \
        DsrAddressToSiteNamesExW DsrGetDcSiteCoverageW NetrLogonSamLogonEx DsrEnumerateDomainTrusts DsrDeregisterDnsHostRecords \
        NetrServerTrustPasswordsGet DsrGetForestTrustInformation NetrGetForestTrustInformation NetrLogonSamLogonWithFlags \
        NetrServerGetTrustInfo" },
    Interface { uuid: 0x367abb81_9844_35f1_ad32_98f038001003, version: 2, bind: "SVCCTL", protocol: "svcctl", operations: "\
        CloseServiceHandle ControlService DeleteService LockServiceDatabase QueryServiceObjectSecurity SetServiceObjectSecurity \
        QueryServiceStatus SetServiceStatus UnlockServiceDatabase NotifyBootConfigStatus ScSetServiceBitsW ChangeServiceConfigW \
        CreateServiceW EnumDependentServicesW EnumServicesStatusW OpenSCManagerW OpenServiceW QueryServiceConfigW \
        QueryServiceLockStatusW StartServiceW GetServiceDisplayNameW GetServiceKeyNameW ScSetServiceBitsA ChangeServiceConfigA \
        CreateServiceA EnumDependentServicesA EnumServicesStatusA OpenSCManagerA OpenServiceA QueryServiceConfigA \
        QueryServiceLockStatusA StartServiceA GetServiceDisplayNameA GetServiceKeyNameA ScGetCurrentGroupStateW \
        EnumServiceGroupW ChangeServiceConfig2A ChangeServiceConfig2W QueryServiceConfig2A QueryServiceConfig2W \
        QueryServiceStatusEx EnumServicesStatusExA EnumServicesStatusExW ScSendTSMessage" },
    Interface { uuid: 0x338cd001_2244_31f1_aaaa_900038001003, version: 1, bind: "WINREG", protocol: "winreg", operations: "\
        OpenHKCR OpenHKCU OpenHKLM OpenHKPD OpenHKU CloseKey CreateKey DeleteKey DeleteValue EnumKey EnumValue FlushKey \
        GetKeySecurity LoadKey NotifyChangeKeyValue OpenKey QueryInfoKey QueryValue ReplaceKey RestoreKey SaveKey SetKeySecurity \
        SetValue UnLoadKey InitiateSystemShutdown AbortSystemShutdown GetVersion OpenHKCC OpenHKDD QueryMultipleValues \
        InitiateSystemShutdownEx SaveKeyEx OpenHKPT OpenHKPN QueryMultipleValues2 DeleteKeyEx" },
    Interface { uuid: 0x1ff70682_0a51_30e8_076d_740be8cee98b, version: 1, bind: "ATSVC", protocol: "atsvc", operations: "\
        JobAdd JobDel JobEnum JobGetInfo" },
    Interface { uuid: 0x12345678_1234_abcd_ef00_0123456789ab, version: 1, bind: "SPOOLSS", protocol: "spoolss", operations: "\
        EnumPrinters OpenPrinter SetJob GetJob EnumJobs AddPrinter DeletePrinter SetPrinter GetPrinter AddPrinterDriver \
        EnumPrinterDrivers GetPrinterDriver GetPrinterDriverDirectory DeletePrinterDriver AddPrintProcessor EnumPrintProcessor \
        GetPrintProcessorDirectory StartDocPrinter StartPagePrinter WritePrinter EndPagePrinter AbortPrinter ReadPrinter \
        EndDocPrinter AddJob ScheduleJob GetPrinterData SetPrinterData WaitForPrinterChange ClosePrinter AddForm DeleteForm \
        GetForm SetForm EnumForms EnumPorts EnumMonitors AddPort ConfigurePort DeletePort CreatePrinterIC \
        PlayDiscriptOnPrinterIC DeletePrinterIC AddPrinterConnection DeletePrinterConnection PrinterMessageBox AddMonitor \
        DeleteMonitor DeletePrintProcessor AddPrintProvider DeletePrintProvider EnumPrintProcDataTypes ResetPrinter \
        GetPrinterDriver2 FindFirstPrinterChangeNotification FindNextPrinterChangeNotification FCPN \
        RouterFindFirstPrinterNotificationOld ReplyOpenPrinter RouterReplyPrinter ReplyClosePrinter AddPortEx \
        RemoteFindFirstPrinterChangeNotification SpoolerInit ResetPrinterEx RFFPCNEX RRPCN RFNPCNEX - OpenPrinterEx AddPrinterEx \
        - EnumPrinterData DeletePrinterData - - - SetPrinterDataEx GetPrinterDataEx EnumPrinterDataEx EnumPrinterKey \
        DeletePrinterDataEx - - DeletePrinterDriverEx - - - - AddPrinterDriverEx" },
    Interface { uuid: 0x3919286a_b10c_11d0_9ba8_00c04fd92ef5, version: 0, bind: "DSSETUP", protocol: "dssetup", operations: "\
        DsRoleGetPrimaryDomainInformation DsRoleDnsNameToFlatName DsRoleDcAsDc DsRoleDcAsReplica DsRoleDemoteDc \
        DsRoleGetDcOperationProgress DsRoleGetDcOperationResults DsRoleCancel DsRoleServerSaveStateForUpgrade \
        DsRoleUpgradeDownlevelServer DsRoleAbortDownlevelServerUpgrade" },
    Interface { uuid: 0x82273fdc_e32a_18c3_3f78_827929dc23ea, version: 0, bind: "EVENTLOG", protocol: "eventlog", operations: "\
        ClearEventLogW BackupEventLogW CloseEventLog DeregisterEventSource GetNumRecords GetOldestRecord ChangeNotify \
        OpenEventLogW RegisterEventSourceW OpenBackupEventLogW ReadEventLogW ReportEventW ClearEventLogA BackupEventLogA \
        OpenEventLogA RegisterEventSourceA OpenBackupEventLogA ReadEventLogA ReportEventA RegisterClusterSvc \
        DeregisterClusterSvc WriteClusterEvents GetLogIntormation FlushEventLog" },
    Interface { uuid: 0x894de0c0_0d55_11d3_a322_00c04fa321a1, version: 1, bind: "INITSHUTDOWN", protocol: "initshutdown", operations: "\
        Init Abort InitEx" },
    Interface { uuid: 0xafa8bd80_7d8a_11c9_bef4_08002b102989, version: 1, bind: "MGMT", protocol: "mgmt", operations: "\
        rpc__mgmt_inq_if_ids rpc__mgmt_inq_stats rpc__mgmt_is_server_listening rpc__mgmt_stop_server_listening \
        rpc__mgmt_inq_princ_name" },
    Interface { uuid: 0x99fcfec4_5260_101b_bbcb_00aa0021347a, version: 0, bind: "IOXIDResolver", protocol: "oxid", operations: "\
        ResolveOxid SimplePing ComplexPing ServerAlive ResolveOxid2 ServerAlive2" },
    Interface { uuid: 0x000001a0_0000_0000_c000_000000000046, version: 0, bind: "ISystemActivator", protocol: "isystemactivator", operations: "\
        QueryInterfaceIRemoteSCMActivator AddRefIRemoteISCMActivator ReleaseIRemoteISCMActivator RemoteGetClassObject \
        RemoteCreateInstance" },
    Interface { uuid: 0x00000143_0000_0000_c000_000000000046, version: 0, bind: "IRemUnknown2", protocol: "remunk2", operations: "\
        QueryInterface AddRef Release RemQueryInterface RemAddRef RemRelease RemQueryInterface2" },
    Interface { uuid: 0x00000131_0000_0000_c000_000000000046, version: 0, bind: "IRemUnknown", protocol: "remunk", operations: "\
        QueryInterface AddRef Release RemQueryInterface RemAddRef RemRelease" },
    Interface { uuid: 0x4fc742e0_4a10_11cf_8273_00aa004ae673, version: 3, bind: "NETDFS", protocol: "netdfs", operations: "\
        dfs_GetManagerVersion dfs_Add dfs_Remove dfs_SetInfo dfs_GetInfo dfs_Enum dfs_Rename dfs_Move dfs_ManagerGetConfigInfo \
        dfs_ManagerSendSiteInfo dfs_AddFtRoot dfs_RemoveFtRoot dfs_AddStdRoot dfs_RemoveStdRoot dfs_ManagerInitialize \
        dfs_AddStdRootForced dfs_GetDcAddress dfs_SetDcAddress dfs_FlushFtTable dfs_Add2 dfs_Remove2 dfs_EnumEx dfs_SetInfo2" },
    Interface { uuid: 0x86d35949_83c9_4044_b424_db363231fd0c, version: 1, bind: "TaskSchedulerService", protocol: "taskschedulerservice", operations: "\
        SchRpcHighestVersion SchRpcRegisterTask SchRpcRetrieveTask SchRpcCreateFolder SchRpcSetSecurity SchRpcGetSecurity \
        SchRpcEnumFolders SchRpcEnumTasks SchRpcEnumInstances SchRpcGetInstanceInfo SchRpcStopInstance SchRpcStop SchRpcRun \
        SchRpcDelete SchRpcRename SchRpcScheduledRuntimes SchRpcGetLastRunInfo SchRpcGetTaskInfo SchRpcGetNumberOfMissedRuns \
        SchRpcEnableTask" },
    Interface { uuid: 0x6bffd098_a112_3610_9833_012892020162, version: 0, bind: "RPC_BROWSER", protocol: "rpc_browser", operations: "\
        BrowserrServerEnum BrowserrDebugCall BrowserrQueryOtherDomains BrowserrResetNetlogonState BrowserrDebugTrace \
        BrowserrQueryStatistics BrowserrResetStatistics NetrBrowserStatisticsClear NetrBrowserStatisticsGet \
        BrowserrSetNetlogonState BrowserrQueryEmulatedDomains BrowserrServerEnumEx" },
    Interface { uuid: 0x5a7b91f8_ff00_11d0_a9b2_00c04fb6e6fc, version: 1, bind: "Messenger", protocol: "messenger", operations: "\
        NetrSendMessage" },
    Interface { uuid: 0xf5cc5a18_4264_101a_8c59_08002b2f8426, version: 56, bind: "NSPI", protocol: "nspi", operations: "\
        NspiBind NspiUnbind NspiUpdateStat NspiQueryRows NspiSeekEntries NspiGetMatches NspiResortRestriction NspiDNToEph \
        NspiGetPropList NspiGetProps NspiCompareDNTs NspiModProps NspiGetHierarchyInfo NspiGetTemplateInfo NspiModLInkAtt \
        NspiDeleteEntries NspiQueryColumns NspiGetNamesFromIDs NspiGetIDsFromNames NspiResolveNames NspiResolveNamesW" },
    Interface { uuid: 0xc681d488_d850_11d0_8c52_00c04fd90f7e, version: 1, bind: "EFS", protocol: "efs", operations: "\
        EfsRpcOpenFileRaw EfsRpcReadFileRaw EfsRpcWriteFileRaw EfsRpcCloseRaw EfsRpcEncryptFileSrv EfsRpcDecryptFileSrv \
        EfsRpcQueryUsersOnFile EfsRpcQueryRecoveryAgents EfsRpcRemoveUsersFromFile EfsRpcAddUsersToFile \
        EfsRpcSetFileEncryptionKey EfsRpcNotSupported EfsRpcFileKeyInfo EfsRpcDuplicateEncryptionInfoFile" },
];
