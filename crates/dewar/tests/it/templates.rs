//! The session in minijinja templates.

use dewar::value::{DateTime, Map, Value};
use dewar::{ClientSide, SecretKeys, Session, SessionManager};
use minijinja::{AutoEscape, Environment, context};

fn manager() -> SessionManager {
    let keys = SecretKeys::accepting_weak("dev").unwrap();
    SessionManager::client_side(ClientSide::flask(keys)).unwrap()
}

/// The session of a request, and what its reply says about `Vary`.
fn in_request(then: impl FnOnce(&Session)) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let manager = manager();
        let session = manager.open([]).await.unwrap();
        then(&session);
        manager.save(&session).await.unwrap().vary([]).map(String::from)
    })
}

fn render(template: &str, session: &Session) -> String {
    let mut templates = Environment::new();
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    let context = context! { title => "T", ..dewar::web::minijinja::context(session) };
    templates.render_str(template, context).unwrap()
}

fn rendered(template: &str, fill: impl FnOnce(&Session)) -> String {
    let mut text = String::new();
    let _ = in_request(|session| {
        fill(session);
        text = render(template, session);
    });
    text
}

const WELCOME: &str =
    "{% if session['email'] %} <h1>Welcome {{ session['email'] }}!</h1> {% else %}nobody{% endif %}";

#[test]
fn the_welcome_of_a_flask_template() {
    assert_eq!(rendered(WELCOME, |_| {}), "nobody");
    assert_eq!(rendered(WELCOME, |session| session.insert_value("email", "")), "nobody");
    assert_eq!(
        rendered(WELCOME, |session| session.insert_value("email", "zoe@example.com")),
        " <h1>Welcome zoe@example.com!</h1> "
    );
}

#[test]
fn what_a_visitor_typed_is_escaped_and_markup_is_not() {
    let script = "<script>alert(\"1\")</script>";
    let shown = rendered(WELCOME, |session| session.insert_value("email", script));
    assert_eq!(shown, " <h1>Welcome &lt;script&gt;alert(&quot;1&quot;)&lt;&#x2f;script&gt;!</h1> ");
    let shown = rendered("{{ session.html }}{{ session.deep }}", |session| {
        session.insert_value("html", Value::Markup("<b>".into()));
        session.insert_value("deep", Value::List(vec![Map::from([(script, script)]).into()]));
    });
    assert!(shown.starts_with("<b>[{"), "{shown}");
    assert!(!shown.contains("<script"), "{shown}");
}

#[test]
fn a_dict_as_python_has_it() {
    let fill = |session: &Session| {
        session.insert_value("z", 1);
        session.insert_value("a", Map::from([("y", "Y"), ("b", "B")]));
    };
    let table = [
        ("{{ session.a.y }}{{ session['a']['b'] }}", "YB"),
        (
            "{{ 'z' in session }} {{ 'b' in session.a }} {{ 'x' in session }} {{ 1 in session }}",
            "True True False False",
        ),
        ("{{ session|length }} {{ session.a|length }}", "2 2"),
        ("{% for key in session %}{{ key }}{% endfor %}", "za"),
        ("{% for key in session.a %}{{ key }}{% endfor %}", "yb"),
        ("{% for key, item in session.a.items() %}{{ key }}={{ item }};{% endfor %}", "y=Y;b=B;"),
        ("{% for key, item in session.a|items %}{{ key }}={{ item }};{% endfor %}", "y=Y;b=B;"),
        ("{{ session.keys()|join }} {{ session.a.values()|join }}", "za YB"),
        (
            "{{ session.get('z') }} {{ session.get('x', 'none') }} {{ session.get('x') is none }}",
            "1 none True",
        ),
        ("{{ session.x is undefined }}{{ title }}", "TrueT"),
        ("{% if session %}full{% endif %}", "full"),
    ];
    for (template, expected) in table {
        assert_eq!(rendered(template, fill), expected, "{template}");
    }
    assert_eq!(rendered("{% if not session %}empty{% endif %}", |_| {}), "empty");
}

#[test]
fn every_kind_of_value() {
    let date = DateTime::from_iso("2024-01-02T03:04:05+00:00").unwrap();
    let table: Vec<(Value, &str)> = vec![
        (Value::Null, "None"),
        (true.into(), "True"),
        ((-7).into(), "-7"),
        (
            Value::BigInt("170141183460469231731687303715884105727".parse().unwrap()),
            "170141183460469231731687303715884105727",
        ),
        (
            Value::BigInt("-999999999999999999999999999999999999999999".parse().unwrap()),
            "-999999999999999999999999999999999999999999",
        ),
        (2.5.into(), "2.5"),
        (Value::Str(dewar::value::Text::from_utf16(&[0x61, 0xd800])), "a\u{fffd}"),
        (Value::Tuple(vec![1.into(), 2.into()]), "(1, 2)"),
        (Value::List(vec![1.into()]), "[1]"),
        (Value::Pairs(vec![(1.into(), 2.into())]), "{1: 2}"),
        (date.into(), "2024-01-02T03:04:05+00:00"),
        (Value::Uuid([0x12; 16]), "12121212-1212-1212-1212-121212121212"),
        (vec![0x61_u8].into(), "a"),
    ];
    for (value, expected) in table {
        let kind = format!("{value:?}");
        let shown = rendered("{{ session.v }}", |session| session.insert_value("v", value));
        assert_eq!(shown, expected, "{kind}");
    }
    let fill = |session: &Session| session.insert_value("v", Value::Tuple(vec![1.into(), 2.into()]));
    assert_eq!(rendered("{% for n in session.v %}{{ n }}{% endfor %}{{ session.v[1] }}", fill), "122");
}

#[test]
fn every_look_makes_the_response_vary_and_none_does_not() {
    let looks = [
        "{{ session.x }}",
        "{{ session['x'] }}",
        "{{ 'x' in session }}",
        "{{ session|length }}",
        "{% for key in session %}{% endfor %}",
        "{% if session %}{% endif %}",
        "{{ session.get('x') }}",
        "{{ session.items() }}",
        "{{ session }}",
        "{{ get_flashed_messages() }}",
    ];
    for template in looks {
        let vary = in_request(|session| drop(render(template, session)));
        assert_eq!(vary.as_deref(), Some("Cookie"), "{template}");
    }
    assert_eq!(in_request(|session| drop(render("{{ title }}", session))), None);
}

#[test]
fn flashed_messages_with_flasks_arguments() {
    let fill = |session: &Session| {
        session.flash("<saved>", "message");
        session.flash("no", "error");
    };
    let table = [
        ("{% for m in get_flashed_messages() %}{{ m }};{% endfor %}", "&lt;saved&gt;;no;"),
        (
            "{% for c, m in get_flashed_messages(with_categories=True) %}{{ c }}:{{ m }};{% endfor %}",
            "message:&lt;saved&gt;;error:no;",
        ),
        ("{% for c, m in get_flashed_messages(true) %}{{ c }};{% endfor %}", "message;error;"),
        ("{{ get_flashed_messages(category_filter=['error'])|join }}", "no"),
        ("{{ get_flashed_messages(false, ['error', 'x'])|join }}", "no"),
        ("{{ get_flashed_messages(category_filter='error')|join }}", "no"),
        ("{{ get_flashed_messages(category_filter=[])|length }}", "2"),
        (
            "{{ get_flashed_messages(category_filter=['none'])|length }}{{ get_flashed_messages()|length }}",
            "02",
        ),
        ("{{ get_flashed_messages()|length }}{{ '_flashes' in session }}", "2False"),
    ];
    for (template, expected) in table {
        assert_eq!(rendered(template, fill), expected, "{template}");
    }
    let markup = |session: &Session| {
        let entry = Value::Tuple(vec!["message".into(), Value::Markup("<b>hi</b>".into())]);
        session.insert_value("_flashes", Value::List(vec![entry]));
    };
    assert_eq!(rendered("{% for m in get_flashed_messages() %}{{ m }}{% endfor %}", markup), "<b>hi</b>");
}

#[test]
fn a_wrong_argument_is_an_error_not_ignored() {
    let _ = in_request(|session| {
        let context = dewar::web::minijinja::context(session);
        for template in [
            "{{ get_flashed_messages(categories=['x']) }}",
            "{{ get_flashed_messages(1, [], 2) }}",
            "{{ session.pop('x') }}",
        ] {
            assert!(Environment::new().render_str(template, &context).is_err(), "{template}");
        }
    });
}
