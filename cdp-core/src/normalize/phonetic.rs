//! One phonetic key for European given and family names, for blocking: coarse, short, the same for spellings that sound
//! alike in English, French or German.

/// The most letters a key has.
const LENGTH: usize = 6;

/// The key of one folded word; empty where it has no Latin letter.
///
/// ```
/// use cdp_core::normalize::phonetic::key;
/// assert_eq!(key("philippe"), key("filip"));
/// assert_eq!(key("schmidt"), key("schmitt"));
/// ```
pub fn key(token: &str) -> String {
    let mut key = String::with_capacity(LENGTH);
    let letters: Vec<u8> = token.bytes().filter(u8::is_ascii_lowercase).collect();
    let mut rest = letters.as_slice();
    while let (Some(&first), true) = (rest.first(), key.len() < LENGTH) {
        let (sound, used) = sound(rest);
        rest = &rest[used..];
        let start = key.is_empty();
        for &letter in sound.as_bytes() {
            let vowel = matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u');
            let letter = if vowel && start { 'a' } else { letter as char };
            if (!vowel || start) && !key.ends_with(letter) && key.len() < LENGTH {
                key.push(letter);
            }
        }
        debug_assert!(first.is_ascii());
    }
    key
}

/// The sound at the beginning of `rest`, and how many letters spell it.
fn sound(rest: &[u8]) -> (&'static str, usize) {
    const GROUPS: &[(&[u8], &str)] = &[
        (b"sch", "s"),
        (b"tsch", "s"),
        (b"ph", "f"),
        (b"ck", "k"),
        (b"ch", "s"),
        (b"sh", "s"),
        (b"th", "t"),
        (b"dt", "t"),
        (b"qu", "k"),
        (b"gn", "n"),
        (b"kn", "n"),
    ];
    if let Some((group, sound)) = GROUPS.iter().find(|(group, _)| rest.starts_with(group)) {
        return (sound, group.len());
    }
    let soft = matches!(rest.get(1), Some(b'e' | b'i' | b'y'));
    let sound = match rest[0] {
        b'a' | b'e' | b'i' | b'o' | b'u' | b'y' => "a",
        b'b' => "b",
        b'c' if soft => "s",
        b'c' | b'k' | b'q' => "k",
        b'd' | b't' => "t",
        b'f' | b'v' | b'w' => "f",
        b'g' if soft => "j",
        b'g' => "k",
        b'h' => "",
        b'j' => "j",
        b'l' => "l",
        b'm' => "m",
        b'n' => "n",
        b'p' => "p",
        b'r' => "r",
        b's' | b'z' => "s",
        b'x' => "ks",
        _ => "",
    };
    (sound, 1)
}
