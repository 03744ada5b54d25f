//! What FIX 4.0 to 5.0 calls its tags and messages (FIX Trading Community, "FIX Latest"): of the tags those met every day, each with its
//! number behind its name and in the order of the numbers.
use crate::engine::dissect::{Field, Names, Slot, layouts};

layouts! {
    TAGS = [
        Text => "fix.Account", "Account (1)", *REST;
        Text => "fix.AdvId", "AdvId (2)", *REST;
        Text => "fix.AdvRefID", "AdvRefID (3)", *REST;
        Text => "fix.AdvSide", "AdvSide (4)", *REST;
        Text => "fix.AdvTransType", "AdvTransType (5)", *REST;
        Text => "fix.AvgPx", "AvgPx (6)", *REST;
        Text => "fix.BeginSeqNo", "BeginSeqNo (7)", *REST;
        Text => "fix.BeginString", "BeginString (8)", *REST;
        Text => "fix.BodyLength", "BodyLength (9)", *REST;
        Text => "fix.CheckSum", "CheckSum (10)", *REST;
        Text => "fix.ClOrdID", "ClOrdID (11)", *REST;
        Text => "fix.Commission", "Commission (12)", *REST;
        Text => "fix.CommType", "CommType (13)", *REST;
        Text => "fix.CumQty", "CumQty (14)", *REST;
        Text => "fix.Currency", "Currency (15)", *REST;
        Text => "fix.EndSeqNo", "EndSeqNo (16)", *REST;
        Text => "fix.ExecID", "ExecID (17)", *REST;
        Text => "fix.ExecInst", "ExecInst (18)", *REST;
        Text => "fix.ExecRefID", "ExecRefID (19)", *REST;
        Text => "fix.ExecTransType", "ExecTransType (20)", *REST;
        Text => "fix.HandlInst", "HandlInst (21)", *REST;
        Text => "fix.SecurityIDSource", "SecurityIDSource (22)", *REST;
        Text => "fix.IOIID", "IOIID (23)", *REST;
        Text => "fix.IOIOthSvc", "IOIOthSvc (24)", *REST;
        Text => "fix.IOIQltyInd", "IOIQltyInd (25)", *REST;
        Text => "fix.IOIRefID", "IOIRefID (26)", *REST;
        Text => "fix.IOIQty", "IOIQty (27)", *REST;
        Text => "fix.IOITransType", "IOITransType (28)", *REST;
        Text => "fix.LastCapacity", "LastCapacity (29)", *REST;
        Text => "fix.LastMkt", "LastMkt (30)", *REST;
        Text => "fix.LastPx", "LastPx (31)", *REST;
        Text => "fix.LastQty", "LastQty (32)", *REST;
        Text => "fix.NoLinesOfText", "NoLinesOfText (33)", *REST;
        Text => "fix.MsgSeqNum", "MsgSeqNum (34)", *REST;
        Text => "fix.MsgType", "MsgType (35)", *REST;
        Text => "fix.NewSeqNo", "NewSeqNo (36)", *REST;
        Text => "fix.OrderID", "OrderID (37)", *REST;
        Text => "fix.OrderQty", "OrderQty (38)", *REST;
        Text => "fix.OrdStatus", "OrdStatus (39)", *REST;
        Text => "fix.OrdType", "OrdType (40)", *REST;
        Text => "fix.OrigClOrdID", "OrigClOrdID (41)", *REST;
        Text => "fix.OrigTime", "OrigTime (42)", *REST;
        Text => "fix.PossDupFlag", "PossDupFlag (43)", *REST;
        Text => "fix.Price", "Price (44)", *REST;
        Text => "fix.RefSeqNum", "RefSeqNum (45)", *REST;
        Text => "fix.RelatdSym", "RelatdSym (46)", *REST;
        Text => "fix.Rule80A", "Rule80A (47)", *REST;
        Text => "fix.SecurityID", "SecurityID (48)", *REST;
        Text => "fix.SenderCompID", "SenderCompID (49)", *REST;
        Text => "fix.SenderSubID", "SenderSubID (50)", *REST;
        Text => "fix.SendingDate", "SendingDate (51)", *REST;
        Text => "fix.SendingTime", "SendingTime (52)", *REST;
        Text => "fix.Quantity", "Quantity (53)", *REST;
        Text => "fix.Side", "Side (54)", *REST;
        Text => "fix.Symbol", "Symbol (55)", *REST;
        Text => "fix.TargetCompID", "TargetCompID (56)", *REST;
        Text => "fix.TargetSubID", "TargetSubID (57)", *REST;
        Text => "fix.Text", "Text (58)", *REST;
        Text => "fix.TimeInForce", "TimeInForce (59)", *REST;
        Text => "fix.TransactTime", "TransactTime (60)", *REST;
        Text => "fix.Urgency", "Urgency (61)", *REST;
        Text => "fix.ValidUntilTime", "ValidUntilTime (62)", *REST;
        Text => "fix.SettlType", "SettlType (63)", *REST;
        Text => "fix.SettlDate", "SettlDate (64)", *REST;
        Text => "fix.SymbolSfx", "SymbolSfx (65)", *REST;
        Text => "fix.ListID", "ListID (66)", *REST;
        Text => "fix.ListSeqNo", "ListSeqNo (67)", *REST;
        Text => "fix.TotNoOrders", "TotNoOrders (68)", *REST;
        Text => "fix.ListExecInst", "ListExecInst (69)", *REST;
        Text => "fix.AllocID", "AllocID (70)", *REST;
        Text => "fix.AllocTransType", "AllocTransType (71)", *REST;
        Text => "fix.RefAllocID", "RefAllocID (72)", *REST;
        Text => "fix.NoOrders", "NoOrders (73)", *REST;
        Text => "fix.AvgPxPrecision", "AvgPxPrecision (74)", *REST;
        Text => "fix.TradeDate", "TradeDate (75)", *REST;
        Text => "fix.ExecBroker", "ExecBroker (76)", *REST;
        Text => "fix.PositionEffect", "PositionEffect (77)", *REST;
        Text => "fix.NoAllocs", "NoAllocs (78)", *REST;
        Text => "fix.AllocAccount", "AllocAccount (79)", *REST;
        Text => "fix.AllocQty", "AllocQty (80)", *REST;
        Text => "fix.ProcessCode", "ProcessCode (81)", *REST;
        Text => "fix.NoRpts", "NoRpts (82)", *REST;
        Text => "fix.RptSeq", "RptSeq (83)", *REST;
        Text => "fix.CxlQty", "CxlQty (84)", *REST;
        Text => "fix.NoDlvyInst", "NoDlvyInst (85)", *REST;
        Text => "fix.DlvyInst", "DlvyInst (86)", *REST;
        Text => "fix.AllocStatus", "AllocStatus (87)", *REST;
        Text => "fix.AllocRejCode", "AllocRejCode (88)", *REST;
        Text => "fix.Signature", "Signature (89)", *REST;
        Text => "fix.SecureDataLen", "SecureDataLen (90)", *REST;
        Text => "fix.SecureData", "SecureData (91)", *REST;
        Text => "fix.BrokerOfCredit", "BrokerOfCredit (92)", *REST;
        Text => "fix.SignatureLength", "SignatureLength (93)", *REST;
        Text => "fix.EmailType", "EmailType (94)", *REST;
        Text => "fix.RawDataLength", "RawDataLength (95)", *REST;
        Text => "fix.RawData", "RawData (96)", *REST;
        Text => "fix.PossResend", "PossResend (97)", *REST;
        Text => "fix.EncryptMethod", "EncryptMethod (98)", *REST;
        Text => "fix.StopPx", "StopPx (99)", *REST;
        Text => "fix.ExDestination", "ExDestination (100)", *REST;
        Text => "fix.CxlRejReason", "CxlRejReason (102)", *REST;
        Text => "fix.OrdRejReason", "OrdRejReason (103)", *REST;
        Text => "fix.IOIQualifier", "IOIQualifier (104)", *REST;
        Text => "fix.WaveNo", "WaveNo (105)", *REST;
        Text => "fix.Issuer", "Issuer (106)", *REST;
        Text => "fix.SecurityDesc", "SecurityDesc (107)", *REST;
        Text => "fix.HeartBtInt", "HeartBtInt (108)", *REST;
        Text => "fix.ClientID", "ClientID (109)", *REST;
        Text => "fix.MinQty", "MinQty (110)", *REST;
        Text => "fix.MaxFloor", "MaxFloor (111)", *REST;
        Text => "fix.TestReqID", "TestReqID (112)", *REST;
        Text => "fix.ReportToExch", "ReportToExch (113)", *REST;
        Text => "fix.LocateReqd", "LocateReqd (114)", *REST;
        Text => "fix.OnBehalfOfCompID", "OnBehalfOfCompID (115)", *REST;
        Text => "fix.OnBehalfOfSubID", "OnBehalfOfSubID (116)", *REST;
        Text => "fix.QuoteID", "QuoteID (117)", *REST;
        Text => "fix.NetMoney", "NetMoney (118)", *REST;
        Text => "fix.SettlCurrAmt", "SettlCurrAmt (119)", *REST;
        Text => "fix.SettlCurrency", "SettlCurrency (120)", *REST;
        Text => "fix.ForexReq", "ForexReq (121)", *REST;
        Text => "fix.OrigSendingTime", "OrigSendingTime (122)", *REST;
        Text => "fix.GapFillFlag", "GapFillFlag (123)", *REST;
        Text => "fix.NoExecs", "NoExecs (124)", *REST;
        Text => "fix.CxlType", "CxlType (125)", *REST;
        Text => "fix.ExpireTime", "ExpireTime (126)", *REST;
        Text => "fix.DKReason", "DKReason (127)", *REST;
        Text => "fix.DeliverToCompID", "DeliverToCompID (128)", *REST;
        Text => "fix.DeliverToSubID", "DeliverToSubID (129)", *REST;
        Text => "fix.IOINaturalFlag", "IOINaturalFlag (130)", *REST;
        Text => "fix.QuoteReqID", "QuoteReqID (131)", *REST;
        Text => "fix.BidPx", "BidPx (132)", *REST;
        Text => "fix.OfferPx", "OfferPx (133)", *REST;
        Text => "fix.BidSize", "BidSize (134)", *REST;
        Text => "fix.OfferSize", "OfferSize (135)", *REST;
        Text => "fix.NoMiscFees", "NoMiscFees (136)", *REST;
        Text => "fix.MiscFeeAmt", "MiscFeeAmt (137)", *REST;
        Text => "fix.MiscFeeCurr", "MiscFeeCurr (138)", *REST;
        Text => "fix.MiscFeeType", "MiscFeeType (139)", *REST;
        Text => "fix.PrevClosePx", "PrevClosePx (140)", *REST;
        Text => "fix.ResetSeqNumFlag", "ResetSeqNumFlag (141)", *REST;
        Text => "fix.SenderLocationID", "SenderLocationID (142)", *REST;
        Text => "fix.TargetLocationID", "TargetLocationID (143)", *REST;
        Text => "fix.OnBehalfOfLocationID", "OnBehalfOfLocationID (144)", *REST;
        Text => "fix.DeliverToLocationID", "DeliverToLocationID (145)", *REST;
        Text => "fix.NoRelatedSym", "NoRelatedSym (146)", *REST;
        Text => "fix.Subject", "Subject (147)", *REST;
        Text => "fix.Headline", "Headline (148)", *REST;
        Text => "fix.URLLink", "URLLink (149)", *REST;
        Text => "fix.ExecType", "ExecType (150)", *REST;
        Text => "fix.LeavesQty", "LeavesQty (151)", *REST;
        Text => "fix.CashOrderQty", "CashOrderQty (152)", *REST;
        Text => "fix.AllocAvgPx", "AllocAvgPx (153)", *REST;
        Text => "fix.AllocNetMoney", "AllocNetMoney (154)", *REST;
        Text => "fix.SettlCurrFxRate", "SettlCurrFxRate (155)", *REST;
        Text => "fix.SettlCurrFxRateCalc", "SettlCurrFxRateCalc (156)", *REST;
        Text => "fix.NumDaysInterest", "NumDaysInterest (157)", *REST;
        Text => "fix.AccruedInterestRate", "AccruedInterestRate (158)", *REST;
        Text => "fix.AccruedInterestAmt", "AccruedInterestAmt (159)", *REST;
        Text => "fix.SettlInstMode", "SettlInstMode (160)", *REST;
        Text => "fix.SettlInstSource", "SettlInstSource (165)", *REST;
        Text => "fix.SecurityType", "SecurityType (167)", *REST;
        Text => "fix.EffectiveTime", "EffectiveTime (168)", *REST;
        Text => "fix.StandInstDbType", "StandInstDbType (169)", *REST;
        Text => "fix.MaturityMonthYear", "MaturityMonthYear (200)", *REST;
        Text => "fix.PutOrCall", "PutOrCall (201)", *REST;
        Text => "fix.StrikePrice", "StrikePrice (202)", *REST;
        Text => "fix.MaturityDay", "MaturityDay (205)", *REST;
        Text => "fix.OptAttribute", "OptAttribute (206)", *REST;
        Text => "fix.SecurityExchange", "SecurityExchange (207)", *REST;
        Text => "fix.MaxShow", "MaxShow (210)", *REST;
        Text => "fix.PegOffsetValue", "PegOffsetValue (211)", *REST;
        Text => "fix.XmlDataLen", "XmlDataLen (212)", *REST;
        Text => "fix.XmlData", "XmlData (213)", *REST;
        Text => "fix.IssueDate", "IssueDate (225)", *REST;
        Text => "fix.Factor", "Factor (228)", *REST;
        Text => "fix.TradeOriginationDate", "TradeOriginationDate (229)", *REST;
        Text => "fix.ContractMultiplier", "ContractMultiplier (231)", *REST;
        Text => "fix.NoStipulations", "NoStipulations (232)", *REST;
        Text => "fix.StipulationType", "StipulationType (233)", *REST;
        Text => "fix.StipulationValue", "StipulationValue (234)", *REST;
        Text => "fix.YieldType", "YieldType (235)", *REST;
        Text => "fix.Yield", "Yield (236)", *REST;
        Text => "fix.MDReqID", "MDReqID (262)", *REST;
        Text => "fix.SubscriptionRequestType", "SubscriptionRequestType (263)", *REST;
        Text => "fix.MarketDepth", "MarketDepth (264)", *REST;
        Text => "fix.MDUpdateType", "MDUpdateType (265)", *REST;
        Text => "fix.AggregatedBook", "AggregatedBook (266)", *REST;
        Text => "fix.NoMDEntryTypes", "NoMDEntryTypes (267)", *REST;
        Text => "fix.NoMDEntries", "NoMDEntries (268)", *REST;
        Text => "fix.MDEntryType", "MDEntryType (269)", *REST;
        Text => "fix.MDEntryPx", "MDEntryPx (270)", *REST;
        Text => "fix.MDEntrySize", "MDEntrySize (271)", *REST;
        Text => "fix.MDEntryDate", "MDEntryDate (272)", *REST;
        Text => "fix.MDEntryTime", "MDEntryTime (273)", *REST;
        Text => "fix.TickDirection", "TickDirection (274)", *REST;
        Text => "fix.MDMkt", "MDMkt (275)", *REST;
        Text => "fix.QuoteCondition", "QuoteCondition (276)", *REST;
        Text => "fix.TradeCondition", "TradeCondition (277)", *REST;
        Text => "fix.MDEntryID", "MDEntryID (278)", *REST;
        Text => "fix.MDUpdateAction", "MDUpdateAction (279)", *REST;
        Text => "fix.MDEntryRefID", "MDEntryRefID (280)", *REST;
        Text => "fix.MDReqRejReason", "MDReqRejReason (281)", *REST;
        Text => "fix.MDEntryOriginator", "MDEntryOriginator (282)", *REST;
        Text => "fix.OpenCloseSettlFlag", "OpenCloseSettlFlag (286)", *REST;
        Text => "fix.SellerDays", "SellerDays (287)", *REST;
        Text => "fix.MDEntryBuyer", "MDEntryBuyer (288)", *REST;
        Text => "fix.MDEntrySeller", "MDEntrySeller (289)", *REST;
        Text => "fix.MDEntryPositionNo", "MDEntryPositionNo (290)", *REST;
        Text => "fix.FinancialStatus", "FinancialStatus (291)", *REST;
        Text => "fix.CorporateAction", "CorporateAction (292)", *REST;
        Text => "fix.DefBidSize", "DefBidSize (293)", *REST;
        Text => "fix.QuoteStatus", "QuoteStatus (297)", *REST;
        Text => "fix.QuoteCancelType", "QuoteCancelType (298)", *REST;
        Text => "fix.QuoteEntryID", "QuoteEntryID (299)", *REST;
        Text => "fix.QuoteRejectReason", "QuoteRejectReason (300)", *REST;
        Text => "fix.QuoteResponseLevel", "QuoteResponseLevel (301)", *REST;
        Text => "fix.SecurityReqID", "SecurityReqID (320)", *REST;
        Text => "fix.SecurityRequestType", "SecurityRequestType (321)", *REST;
        Text => "fix.SecurityResponseID", "SecurityResponseID (322)", *REST;
        Text => "fix.SecurityResponseType", "SecurityResponseType (323)", *REST;
        Text => "fix.SecurityStatusReqID", "SecurityStatusReqID (324)", *REST;
        Text => "fix.UnsolicitedIndicator", "UnsolicitedIndicator (325)", *REST;
        Text => "fix.SecurityTradingStatus", "SecurityTradingStatus (326)", *REST;
        Text => "fix.HaltReasonInt", "HaltReasonInt (327)", *REST;
        Text => "fix.DueToRelated", "DueToRelated (329)", *REST;
        Text => "fix.BuyVolume", "BuyVolume (330)", *REST;
        Text => "fix.SellVolume", "SellVolume (331)", *REST;
        Text => "fix.HighPx", "HighPx (332)", *REST;
        Text => "fix.LowPx", "LowPx (333)", *REST;
        Text => "fix.TradSesReqID", "TradSesReqID (335)", *REST;
        Text => "fix.TradingSessionID", "TradingSessionID (336)", *REST;
        Text => "fix.TradSesStatus", "TradSesStatus (340)", *REST;
        Text => "fix.TradSesStartTime", "TradSesStartTime (341)", *REST;
        Text => "fix.TradSesOpenTime", "TradSesOpenTime (342)", *REST;
        Text => "fix.TradSesCloseTime", "TradSesCloseTime (344)", *REST;
        Text => "fix.TradSesEndTime", "TradSesEndTime (345)", *REST;
        Text => "fix.NumberOfOrders", "NumberOfOrders (346)", *REST;
        Text => "fix.MessageEncoding", "MessageEncoding (347)", *REST;
        Text => "fix.EncodedIssuerLen", "EncodedIssuerLen (348)", *REST;
        Text => "fix.EncodedIssuer", "EncodedIssuer (349)", *REST;
        Text => "fix.EncodedTextLen", "EncodedTextLen (354)", *REST;
        Text => "fix.EncodedText", "EncodedText (355)", *REST;
        Text => "fix.QuoteEntryRejectReason", "QuoteEntryRejectReason (368)", *REST;
        Text => "fix.LastMsgSeqNumProcessed", "LastMsgSeqNumProcessed (369)", *REST;
        Text => "fix.OnBehalfOfSendingTime", "OnBehalfOfSendingTime (370)", *REST;
        Text => "fix.RefTagID", "RefTagID (371)", *REST;
        Text => "fix.RefMsgType", "RefMsgType (372)", *REST;
        Text => "fix.SessionRejectReason", "SessionRejectReason (373)", *REST;
        Text => "fix.BidRequestTransType", "BidRequestTransType (374)", *REST;
        Text => "fix.ContraBroker", "ContraBroker (375)", *REST;
        Text => "fix.ComplianceID", "ComplianceID (376)", *REST;
        Text => "fix.SolicitedFlag", "SolicitedFlag (377)", *REST;
        Text => "fix.ExecRestatementReason", "ExecRestatementReason (378)", *REST;
        Text => "fix.BusinessRejectRefID", "BusinessRejectRefID (379)", *REST;
        Text => "fix.BusinessRejectReason", "BusinessRejectReason (380)", *REST;
        Text => "fix.GrossTradeAmt", "GrossTradeAmt (381)", *REST;
        Text => "fix.NoContraBrokers", "NoContraBrokers (382)", *REST;
        Text => "fix.MaxMessageSize", "MaxMessageSize (383)", *REST;
        Text => "fix.NoMsgTypes", "NoMsgTypes (384)", *REST;
        Text => "fix.MsgDirection", "MsgDirection (385)", *REST;
        Text => "fix.NoTradingSessions", "NoTradingSessions (386)", *REST;
        Text => "fix.TotalVolumeTraded", "TotalVolumeTraded (387)", *REST;
        Text => "fix.DiscretionInst", "DiscretionInst (388)", *REST;
        Text => "fix.DiscretionOffsetValue", "DiscretionOffsetValue (389)", *REST;
        Text => "fix.PriceType", "PriceType (423)", *REST;
        Text => "fix.DayOrderQty", "DayOrderQty (424)", *REST;
        Text => "fix.DayCumQty", "DayCumQty (425)", *REST;
        Text => "fix.ExpireDate", "ExpireDate (432)", *REST;
        Text => "fix.CxlRejResponseTo", "CxlRejResponseTo (434)", *REST;
        Text => "fix.UnderlyingCouponRate", "UnderlyingCouponRate (435)", *REST;
        Text => "fix.UnderlyingContractMultiplier", "UnderlyingContractMultiplier (436)", *REST;
        Text => "fix.MultiLegReportingType", "MultiLegReportingType (442)", *REST;
        Text => "fix.PartyIDSource", "PartyIDSource (447)", *REST;
        Text => "fix.PartyID", "PartyID (448)", *REST;
        Text => "fix.PartyRole", "PartyRole (452)", *REST;
        Text => "fix.NoPartyIDs", "NoPartyIDs (453)", *REST;
        Text => "fix.NoSecurityAltID", "NoSecurityAltID (454)", *REST;
        Text => "fix.SecurityAltID", "SecurityAltID (455)", *REST;
        Text => "fix.SecurityAltIDSource", "SecurityAltIDSource (456)", *REST;
        Text => "fix.Product", "Product (460)", *REST;
        Text => "fix.CFICode", "CFICode (461)", *REST;
        Text => "fix.UnderlyingCFICode", "UnderlyingCFICode (463)", *REST;
        Text => "fix.TestMessageIndicator", "TestMessageIndicator (464)", *REST;
        Text => "fix.TradeReportTransType", "TradeReportTransType (487)", *REST;
        Text => "fix.CardExpDate", "CardExpDate (490)", *REST;
        Text => "fix.SecondaryClOrdID", "SecondaryClOrdID (526)", *REST;
        Text => "fix.SecondaryExecID", "SecondaryExecID (527)", *REST;
        Text => "fix.OrderCapacity", "OrderCapacity (528)", *REST;
        Text => "fix.OrderRestrictions", "OrderRestrictions (529)", *REST;
        Text => "fix.MassCancelRequestType", "MassCancelRequestType (530)", *REST;
        Text => "fix.MassCancelResponse", "MassCancelResponse (531)", *REST;
        Text => "fix.MassCancelRejectReason", "MassCancelRejectReason (532)", *REST;
        Text => "fix.MaturityDate", "MaturityDate (541)", *REST;
        Text => "fix.Username", "Username (553)", *REST;
        Text => "fix.Password", "Password (554)", *REST;
        Text => "fix.NoLegs", "NoLegs (555)", *REST;
        Text => "fix.PreviouslyReported", "PreviouslyReported (570)", *REST;
        Text => "fix.TradeReportID", "TradeReportID (571)", *REST;
        Text => "fix.TradeReportRefID", "TradeReportRefID (572)", *REST;
        Text => "fix.AccountType", "AccountType (581)", *REST;
        Text => "fix.CustOrderCapacity", "CustOrderCapacity (582)", *REST;
        Text => "fix.ClOrdLinkID", "ClOrdLinkID (583)", *REST;
        Text => "fix.MassStatusReqID", "MassStatusReqID (584)", *REST;
        Text => "fix.MassStatusReqType", "MassStatusReqType (585)", *REST;
        Text => "fix.LegSymbol", "LegSymbol (600)", *REST;
        Text => "fix.LegSecurityID", "LegSecurityID (602)", *REST;
        Text => "fix.LegSecurityIDSource", "LegSecurityIDSource (603)", *REST;
        Text => "fix.LegCFICode", "LegCFICode (608)", *REST;
        Text => "fix.LegMaturityMonthYear", "LegMaturityMonthYear (610)", *REST;
        Text => "fix.LegSecurityExchange", "LegSecurityExchange (616)", *REST;
        Text => "fix.LegRatioQty", "LegRatioQty (623)", *REST;
        Text => "fix.LegSide", "LegSide (624)", *REST;
        Text => "fix.TradingSessionSubID", "TradingSessionSubID (625)", *REST;
        Text => "fix.LegRefID", "LegRefID (654)", *REST;
        Text => "fix.LegQty", "LegQty (687)", *REST;
        Text => "fix.QuoteRespID", "QuoteRespID (693)", *REST;
        Text => "fix.PosReqID", "PosReqID (710)", *REST;
        Text => "fix.NoUnderlyings", "NoUnderlyings (711)", *REST;
        Text => "fix.ClearingBusinessDate", "ClearingBusinessDate (715)", *REST;
        Text => "fix.SettlPriceType", "SettlPriceType (731)", *REST;
        Text => "fix.NextExpectedMsgSeqNum", "NextExpectedMsgSeqNum (789)", *REST;
        Text => "fix.CopyMsgIndicator", "CopyMsgIndicator (797)", *REST;
        Text => "fix.PriceDelta", "PriceDelta (811)", *REST;
        Text => "fix.TrdMatchID", "TrdMatchID (880)", *REST;
        Text => "fix.LastRptRequested", "LastRptRequested (912)", *REST;
        Text => "fix.ApplVerID", "ApplVerID (1128)", *REST;
        Text => "fix.CstmApplVerID", "CstmApplVerID (1129)", *REST;
        Text => "fix.RefApplVerID", "RefApplVerID (1130)", *REST;
        Text => "fix.DefaultApplVerID", "DefaultApplVerID (1137)", *REST;
        Text => "fix.ApplID", "ApplID (1180)", *REST;
        Text => "fix.ApplSeqNum", "ApplSeqNum (1181)", *REST;
        Text => "fix.ApplBegSeqNum", "ApplBegSeqNum (1182)", *REST;
        Text => "fix.ApplEndSeqNum", "ApplEndSeqNum (1183)", *REST;
        Text => "fix.MarketSegmentID", "MarketSegmentID (1300)", *REST;
        Text => "fix.MarketID", "MarketID (1301)", *REST;
        Text => "fix.ApplReqID", "ApplReqID (1346)", *REST;
        Text => "fix.ApplLastSeqNum", "ApplLastSeqNum (1350)", *REST;
        Text => "fix.NoApplIDs", "NoApplIDs (1351)", *REST;
        Text => "fix.ApplResendFlag", "ApplResendFlag (1352)", *REST;
        Text => "fix.ApplResponseID", "ApplResponseID (1353)", *REST;
        Text => "fix.EncryptedPasswordMethod", "EncryptedPasswordMethod (1400)", *REST;
        Text => "fix.EncryptedPasswordLen", "EncryptedPasswordLen (1401)", *REST;
        Text => "fix.EncryptedPassword", "EncryptedPassword (1402)", *REST;
        Text => "fix.EncryptedNewPassword", "EncryptedNewPassword (1404)", *REST;
        Text => "fix.DefaultApplExtID", "DefaultApplExtID (1407)", *REST;
        Text => "fix.SessionStatus", "SessionStatus (1409)", *REST;
    ]
}

/// For the protocol's declaration.
pub(super) static ALL: &[&[Slot]] = LAYOUTS;

/// By the characters of their type, as a number.
pub(super) const MESSAGES: Names = "48=Heartbeat|TestRequest|ResendRequest|Reject|SequenceReset|Logout|IOI|Advertisement|ExecutionReport|\
    OrderCancelReject|65=Logon|News|Email|NewOrderSingle|NewOrderList|OrderCancelRequest|OrderCancelReplaceRequest|\
    OrderStatusRequest|74=AllocationInstruction|ListCancelRequest|ListExecute|ListStatusRequest|ListStatus|\
    80=AllocationInstructionAck|DontKnowTrade|QuoteRequest|Quote|SettlementInstructions|86=MarketDataRequest|\
    MarketDataSnapshotFullRefresh|MarketDataIncrementalRefresh|MarketDataRequestReject|QuoteCancel|\
    97=QuoteStatusRequest|MassQuoteAcknowledgement|SecurityDefinitionRequest|SecurityDefinition|\
    SecurityStatusRequest|SecurityStatus|TradingSessionStatusRequest|TradingSessionStatus|MassQuote|\
    BusinessMessageReject|BidRequest|BidResponse|ListStrikePrice|111=RegistrationInstructions|\
    RegistrationInstructionsResponse|OrderMassCancelRequest|OrderMassCancelReport|NewOrderCross|\
    CrossOrderCancelReplaceRequest|CrossOrderCancelRequest|SecurityTypeRequest|SecurityTypes|SecurityListRequest|\
    SecurityList|DerivativeSecurityListRequest|16705=DerivativeSecurityList|NewOrderMultileg|\
    MultilegOrderCancelReplace|TradeCaptureReportRequest|TradeCaptureReport|OrderMassStatusRequest|\
    QuoteRequestReject|RFQRequest|QuoteStatusReport|QuoteResponse|Confirmation|PositionMaintenanceRequest|\
    PositionMaintenanceReport|RequestForPositions|RequestForPositionsAck|PositionReport|\
    TradeCaptureReportRequestAck|TradeCaptureReportAck|AllocationReport|AllocationReportAck|ConfirmationAck|\
    SettlementInstructionRequest|AssignmentReport|CollateralRequest|CollateralAssignment|CollateralResponse|\
    16961=CollateralReport|CollateralInquiry|NetworkCounterpartySystemStatusRequest|\
    NetworkCounterpartySystemStatusResponse|UserRequest|UserResponse|CollateralInquiryAck|ConfirmationRequest|\
    TradingSessionListRequest|TradingSessionList|SecurityListUpdateReport|AdjustedPositionReport|\
    AllocationInstructionAlert|ExecutionAcknowledgement|ContraryIntentionReport|SecurityDefinitionUpdateReport|\
    SettlementObligationReport|DerivativeSecurityListUpdateReport|TradingSessionListUpdateReport|\
    MarketDefinitionRequest|MarketDefinition|MarketDefinitionUpdateReport|ApplicationMessageRequest|\
    ApplicationMessageRequestAck|ApplicationMessageReport|OrderMassActionReport|17217=OrderMassActionRequest|\
    UserNotification|StreamAssignmentRequest|StreamAssignmentReport|StreamAssignmentReportACK|\
    PartyDetailsListRequest|PartyDetailsListReport";

fn number(field: &Field) -> u32 {
    let (_, number) = field.title().rsplit_once('(').unwrap_or_default();
    number.trim_end_matches(')').parse().unwrap_or_default()
}

/// The field of a tag.
pub(super) fn field(tag: u32) -> Option<&'static Field> {
    let at = TAGS.binary_search_by_key(&tag, |slot| number(&slot.field)).ok()?;
    TAGS.get(at).map(|slot| &slot.field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_is_found() {
        for slot in TAGS {
            let found = field(number(&slot.field)).map(Field::title);
            assert_eq!(found, Some(slot.field.title()));
        }
        assert!(field(0).is_none() && field(99_999).is_none());
    }
}
