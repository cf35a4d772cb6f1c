use super::*;

const GOOD: &str = r#"
schema = "inbeeld/dienst/v1"
luister = "127.0.0.1:0"
[plaatsen]
gegevens = "gegevens"
audit = "audit/audit.jsonl"
register = "register.jsonl"
doelbindingen = "doelbindingen"
leveringen = "leveringen"
vertrouwd = "vertrouwd"
ontvangers = "ontvangers"
vrijgaven = "vrijgaven"
logboek = "logboek"
[sleutels]
dienst_deel = "a.sleutel"
intrekking = "i.sleutel"
logboek = "l.sleutel"
"#;

fn faults(text: &str) -> Vec<(usize, String)> {
    let faults = Config::parse(text, Path::new("/etc/inbeeld")).err().map_or(Vec::new(), |faults| faults.0);
    faults.into_iter().map(|fault| (fault.line, fault.key)).collect()
}

fn with(line: &str, other: &str) -> String {
    assert!(GOOD.contains(line));
    GOOD.replace(line, other)
}

#[test]
fn paths_are_taken_from_the_folder_of_the_file() {
    let config = Config::parse(GOOD, Path::new("/etc/inbeeld")).unwrap();
    assert_eq!(config.plaatsen.database(), Path::new("/etc/inbeeld/gegevens/inbeeld.db"));
    assert_eq!(config.logboek_dagen, 1095);
    assert!(config.tls.is_none() && !config.demo && config.proxies.is_empty());
}

#[test]
fn every_fault_is_told_at_once_with_line_and_key() {
    let text = GOOD
        .replace("127.0.0.1:0", "overal")
        .replace("logboek = \"l.sleutel\"", "dagboek = \"l.sleutel\"")
        .replace("register = \"register.jsonl\"", "register = 7");
    let keys = ["luister", "plaatsen.register", "sleutels.logboek", "sleutels.dagboek"];
    let found = faults(&text);
    for key in keys {
        assert!(found.iter().any(|(_, found)| found == key), "{key}: {found:?}");
    }
    assert!(found.contains(&(3, "luister".to_owned())) && found.contains(&(7, "plaatsen.register".to_owned())));
    assert_eq!(found.len(), 4);
    assert!(!faults("dit is geen toml").is_empty() && faults("").len() == 4);
}

#[test]
fn outside_this_machine_only_with_tls_or_a_named_proxy() {
    let outside = with("127.0.0.1:0", "0.0.0.0:8443");
    assert_eq!(faults(&outside), [(3, "luister".to_owned())]);
    let tls = format!("{outside}[tls]\ncertificaat = \"c.pem\"\nsleutel = \"k.pem\"\n");
    assert!(faults(&tls).is_empty());
    let behind = outside.replace("[plaatsen]", "achter_proxy = true\n[plaatsen]");
    assert_eq!(faults(&behind), [(4, "achter_proxy".to_owned())]);
    let named = behind.replace("[plaatsen]", "vertrouwde_proxies = [\"10.0.0.5\"]\n[plaatsen]");
    assert!(faults(&named).is_empty());
    assert_eq!(faults(&named.replace("10.0.0.5", "de proxy")).len(), 2);
    let idle = GOOD.replace("[plaatsen]", "vertrouwde_proxies = [\"10.0.0.5\"]\n[plaatsen]");
    assert_eq!(faults(&idle), [(4, "vertrouwde_proxies".to_owned())]);
    let sources = tls.replace("sleutel = \"k.pem\"", "sleutel = \"k.pem\"\nbronnen_ca = \"ca.pem\"");
    assert!(faults(&sources).is_empty());
    let behind = sources.replace("[plaatsen]", "achter_proxy = true\nvertrouwde_proxies = [\"10.0.0.5\"]\n[plaatsen]");
    assert_eq!(faults(&behind), [(23, "tls.bronnen_ca".to_owned())]);
    let demo = tls.replace("[plaatsen]", "demo = true\nmetrieken = \"10.0.0.1:9464\"\n[plaatsen]");
    assert_eq!(faults(&demo), [(4, "demo".to_owned()), (5, "metrieken".to_owned())]);
}

#[test]
fn a_provider_needs_an_address_to_come_back_to_and_a_claim_for_what_it_binds() {
    let oidc = "[oidc]\nuitgever = \"https://login.nl\"\nclient_id = \"inbeeld\"\nclaim_rol = \"rollen\"\n\
                    [oidc.rollen]\nkop = \"coordinator\"\n";
    let good = with("[plaatsen]", "adres = \"https://inbeeld.nl\"\n[plaatsen]") + oidc;
    let config = Config::parse(&good, Path::new("/etc/inbeeld")).unwrap();
    assert!(config.oidc.is_some_and(|oidc| oidc.rollen.len() == 1 && !oidc.alleen));
    let keys = |text: &str| faults(text).into_iter().map(|(_, key)| key).collect::<Vec<_>>();
    assert_eq!(keys(&format!("{GOOD}{oidc}")), ["oidc.uitgever"]);
    assert_eq!(keys(&good.replace("coordinator", "gemeente")), ["oidc.claim_gemeente"]);
    assert_eq!(keys(&good.replace("coordinator", "bronhouder")), ["oidc.claim_oin"]);
    assert_eq!(keys(&good.replace("coordinator", "baas")), ["oidc.rollen.kop"]);
    assert_eq!(keys(&good.replace("kop = \"coordinator\"\n", "")), ["oidc.rollen"]);
    assert_eq!(keys(&good.replace("https://login", "http://login")), ["oidc.uitgever"]);
}

#[test]
fn lines_of_the_logboek_stay_a_year_at_least_and_never_for_ever() {
    let with = |line: &str| format!("{GOOD}[logboek]\n{line}\n");
    let config = Config::parse(&with("bewaartermijn_dagen = 400"), Path::new("/etc/inbeeld")).unwrap();
    assert_eq!(config.logboek_dagen, 400);
    for wrong in ["364", "3651", "0", "-1", "\"400\"", "400.5"] {
        let found = faults(&with(&format!("bewaartermijn_dagen = {wrong}")));
        assert_eq!(found, [(19, "logboek.bewaartermijn_dagen".to_owned())], "{wrong}");
    }
    assert_eq!(faults(&with("dagen = 400")), [(19, "logboek.dagen".to_owned())]);
}

#[test]
fn a_collector_is_asked_over_tls_or_on_this_machine() {
    let with = |adres: &str| format!("{GOOD}[otlp]\nadres = \"{adres}\"\n");
    for good in ["https://otel.regio.nl/v1/traces", "http://127.0.0.1:4318/v1/traces", "http://[::1]:4318/v1/traces"] {
        assert!(faults(&with(good)).is_empty(), "{good}");
    }
    for wrong in [
        "",
        "/v1/traces",
        "https://otel.regio.nl",
        "https:///v1/traces",
        "http://otel.regio.nl/v1/traces",
        "https://jan:geheim@otel.regio.nl/v1/traces",
        "https://otel.regio.nl/v1/traces?sleutel=geheim",
    ] {
        let line = with(wrong).lines().count();
        assert_eq!(faults(&with(wrong)), [(line, "otlp.adres".to_owned())], "{wrong}");
    }
    assert_eq!(faults(&format!("{GOOD}[otlp]\n")).len(), 1);
}

#[test]
fn the_audit_log_is_kept_away_from_the_data() {
    assert_eq!(faults(&with("audit/audit.jsonl", "gegevens/audit.jsonl")), [(6, "plaatsen.audit".to_owned())]);
}
